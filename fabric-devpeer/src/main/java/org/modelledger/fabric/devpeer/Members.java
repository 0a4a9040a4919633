package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/** Who belongs to the channel: those certified by the authorities of its organisations. */
final class Members {
  private final Map<String, X509Certificate> authorities;
  private final ConcurrentHashMap<ByteString, Member> known = new ConcurrentHashMap<>();

  Members(Map<String, X509Certificate> authorities) {
    this.authorities = Map.copyOf(authorities);
  }

  static ByteString serialize(DevIdentity identity) {
    return SerializedIdentity.newBuilder()
        .setMspid(identity.mspId())
        .setIdBytes(ByteString.copyFromUtf8(identity.certificatePem()))
        .build()
        .toByteString();
  }

  /** Whether the certificate of an identity is over; what has none has not. */
  static boolean hasExpired(ByteString serialized) {
    try {
      return certificate(SerializedIdentity.parseFrom(serialized)).getNotAfter()
          .toInstant()
          .isBefore(Instant.now());
    } catch (InvalidProtocolBufferException | GeneralSecurityException e) {
      return false; // whatever else it is
    }
  }

  /**
   * The member that this is, or why it is none. Whether the certificate is valid now is another question, which Fabric
   * asks in some places only ({@link #hasExpired}); that it is not valid yet is never asked.
   */
  Member member(ByteString serialized) throws RefusedException {
    Member member = known.get(serialized);
    if (member == null) {
      member = read(serialized);
      known.put(serialized, member);
    }
    return member;
  }

  private Member read(ByteString serialized) throws RefusedException {
    SerializedIdentity identity;
    X509Certificate certificate;
    Set<String> units = new HashSet<>();
    try {
      identity = SerializedIdentity.parseFrom(serialized);
      certificate = certificate(identity);
      for (RDN unit : new JcaX509CertificateHolder(certificate).getSubject().getRDNs(BCStyle.OU)) {
        units.add(IETFUtils.valueToString(unit.getFirst().getValue()));
      }
    } catch (InvalidProtocolBufferException | GeneralSecurityException e) {
      throw new RefusedException("creator is malformed: not an identity with a certificate", e);
    }
    X509Certificate authority = authorities.get(identity.getMspid());
    if (authority == null) {
      throw new RefusedException("MSP " + identity.getMspid() + " is unknown");
    }
    try {
      certificate.verify(authority.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new RefusedException("the certificate of " + certificate.getSubjectX500Principal()
          + " was not issued by " + identity.getMspid(), e);
    }
    // Fabric verifies as of a second after the certificate began to be valid
    Date checked = Date.from(certificate.getNotBefore().toInstant().plusSeconds(1));
    try {
      certificate.checkValidity(checked);
      authority.checkValidity(checked);
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      throw new RefusedException("the certificate of " + certificate.getSubjectX500Principal()
          + " or that of its authority was not valid at " + checked.toInstant(), e);
    }
    if (!(certificate.getPublicKey() instanceof ECPublicKey)) {
      throw new RefusedException("the key of " + certificate.getSubjectX500Principal() + " is "
          + certificate.getPublicKey().getAlgorithm() + "; ECDSA is expected");
    }
    return new Member(identity.getMspid(), units, certificate, serialized);
  }

  private static X509Certificate certificate(SerializedIdentity identity)
      throws GeneralSecurityException {
    return (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(identity.getIdBytes().toByteArray()));
  }
}

package org.modelledger.fabric.devpeer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The certificate authority of one organisation, with a key that lives as long as it does. */
final class CertificateAuthority {
  /** The extension in which Fabric CA keeps the attributes of an identity, as JSON. */
  private static final ASN1ObjectIdentifier ATTRIBUTES = new ASN1ObjectIdentifier(
      "1.2.3.4.5.6.7.8.1");
  private static final Duration LIFE = Duration.ofDays(365);

  private final String mspId;
  private final SecureRandom random = new SecureRandom();
  private final KeyPair keys = newKeys();
  private final X500Name name;
  private final X509Certificate certificate;

  /**
   * Makes one.
   *
   * @param kind what it is called besides the organisation: {@code ca} or {@code tlsca}
   */
  CertificateAuthority(String mspId, String kind) {
    this.mspId = mspId;
    this.name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, mspId)
        .addRDN(BCStyle.CN, kind + "." + mspId)
        .build();
    this.certificate = certify(name, keys.getPublic(), true, begin(), end());
  }

  X509Certificate certificate() {
    return certificate;
  }

  /**
   * Issues an identity.
   *
   * @param user its common name
   * @param unit its organisational unit, which is its role in Fabric: client, peer, admin or orderer
   * @param attributes attributes to certify
   */
  DevIdentity issue(String user, String unit, Map<String, String> attributes) {
    return issue(user, unit, attributes, begin(), end());
  }

  /** Likewise, for a time of its own. */
  DevIdentity issue(String user, String unit, Map<String, String> attributes, Instant notBefore,
      Instant notAfter) {
    Map<String, String> all = new TreeMap<>(attributes);
    all.putIfAbsent("hf.EnrollmentID", user);
    all.putIfAbsent("hf.Type", unit);
    try {
      return issue(user, unit, notBefore, notAfter, new Extension(ATTRIBUTES, false, json(all)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Issues what one end of a TLS connection shows; a server with it is on this machine. */
  DevIdentity issueTls(String user, String unit) {
    try {
      return issue(user, unit, begin(), end(),
          Extension.create(Extension.extendedKeyUsage, false,
              new ExtendedKeyUsage(new KeyPurposeId[]{KeyPurposeId.id_kp_serverAuth,
                  KeyPurposeId.id_kp_clientAuth})),
          Extension.create(Extension.subjectAlternativeName, false,
              new GeneralNames(new GeneralName[]{new GeneralName(GeneralName.dNSName, "localhost"),
                  new GeneralName(GeneralName.iPAddress, "127.0.0.1")})));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DevIdentity issue(String user, String unit, Instant notBefore, Instant notAfter,
      Extension... extensions) {
    X500Name subject = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, mspId)
        .addRDN(BCStyle.OU, unit)
        .addRDN(BCStyle.CN, user)
        .build();
    KeyPair own = newKeys();
    return new DevIdentity(mspId,
        certify(subject, own.getPublic(), false, notBefore, notAfter, extensions),
        own.getPrivate());
  }

  private static Instant begin() {
    return Instant.now().minus(Duration.ofMinutes(5));
  }

  private static Instant end() {
    return Instant.now().plus(LIFE);
  }

  private X509Certificate certify(X500Name subject, PublicKey key, boolean authority,
      Instant notBefore, Instant notAfter, Extension... more) {
    X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name,
        new BigInteger(127, random), Date.from(notBefore), Date.from(notAfter), subject, key);
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      builder.addExtension(Extension.keyUsage, true,
          new KeyUsage(authority
              ? KeyUsage.keyCertSign | KeyUsage.cRLSign
              : KeyUsage.digitalSignature));
      builder.addExtension(Extension.subjectKeyIdentifier, false,
          extensions.createSubjectKeyIdentifier(key));
      builder.addExtension(Extension.authorityKeyIdentifier, false,
          extensions.createAuthorityKeyIdentifier(keys.getPublic()));
      for (Extension extension : more) {
        builder.addExtension(extension);
      }
      return new JcaX509CertificateConverter().getCertificate(
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot certify " + subject, e);
    }
  }

  private static byte[] json(Map<String, String> attributes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart("attrs");
      for (Map.Entry<String, String> attribute : attributes.entrySet()) {
        json.writeStringField(attribute.getKey(), attribute.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no curve P-256", e);
    }
  }
}

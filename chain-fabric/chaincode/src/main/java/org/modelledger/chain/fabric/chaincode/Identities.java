package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1OctetString;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.modelledger.chain.fabric.protocol.FabricAccounts;
import org.modelledger.chain.fabric.protocol.MalformedInputException;

/**
 * The creators of transactions, whom the peer has checked already, as callers. Fabric's own {@code
 * ClientIdentity} takes attributes that it cannot read for none; here they are what restricts, so that
 * they are refused.
 */
final class Identities {
  /** Where Fabric's certificate authority puts the attributes of an identity, as JSON. */
  static final String ATTRIBUTES_OID = "1.2.3.4.5.6.7.8.1";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Identities() {}

  /**
   * Reads a creator.
   *
   * @throws MalformedInputException if it is not an X.509 identity, or its attributes cannot be read
   */
  static Caller caller(byte[] creator) {
    String mspId;
    X509Certificate certificate;
    try {
      SerializedIdentity identity = SerializedIdentity.parseFrom(creator);
      mspId = identity.getMspid();
      certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(identity.getIdBytes().toByteArray()));
    } catch (InvalidProtocolBufferException | CertificateException e) {
      throw new MalformedInputException(
          "the creator of the transaction is no identity with an X.509 certificate", e);
    }
    return new Caller(FabricAccounts.of(mspId, certificate), permissions(certificate));
  }

  private static Permissions permissions(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(ATTRIBUTES_OID);
    if (extension == null) {
      return Permissions.ALL;
    }
    JsonNode attributes;
    try {
      attributes = JSON
          .readTree(new String(ASN1OctetString.getInstance(extension).getOctets(), UTF_8))
          .path("attrs");
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new MalformedInputException("the attributes of the certificate cannot be read;"
          + " expected {\"attrs\":{…}} in its extension " + ATTRIBUTES_OID, e);
    }
    JsonNode restriction = attributes.path(Permissions.ATTRIBUTE);
    if (restriction.isMissingNode()) {
      return Permissions.ALL;
    }
    return Permissions.parse(restriction.isTextual()
        ? restriction.textValue()
        : restriction.toString());
  }
}

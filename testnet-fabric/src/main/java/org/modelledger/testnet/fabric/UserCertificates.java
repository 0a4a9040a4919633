package org.modelledger.testnet.fabric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.TreeMap;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Certifies users by the key of an organisation that cryptogen made, as Fabric's certificate authority would: cryptogen
 * itself knows no attributes.
 */
final class UserCertificates {
  /** Under this number Fabric's certificate authority writes attributes, as JSON. */
  private static final ASN1ObjectIdentifier ATTRIBUTES = new ASN1ObjectIdentifier(
      "1.2.3.4.5.6.7.8.1");
  private static final int SERIAL_BITS = 127;

  private final X509Certificate authority;
  private final PrivateKey key;
  private final SecureRandom random = new SecureRandom();

  private UserCertificates(X509Certificate authority, PrivateKey key) {
    this.authority = authority;
    this.key = key;
  }

  /** Reads an organisation's authority from the two files of cryptogen. */
  static UserCertificates of(Path certificate, Path key) throws IOException {
    try (var in = Files.newInputStream(certificate)) {
      X509Certificate authority = (X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(in);
      byte[] encoded = Base64.getMimeDecoder()
          .decode(Files.readString(key).replaceAll("-----[A-Z ]+-----", ""));
      return new UserCertificates(authority,
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    } catch (GeneralSecurityException e) {
      throw new IOException(certificate + " and " + key + " are no authority with a key", e);
    }
  }

  /** Makes a key and a certificate that is valid as long as the authority's, and writes both into a directory. */
  FabricUser issue(String mspId, String name, Map<String, String> attributes, Path directory) {
    // Fabric looks whether the authority was valid a second after the user's certificate began to be
    return issue(mspId, name, attributes, authority.getNotBefore(), authority.getNotAfter(),
        directory);
  }

  /** Likewise, valid from one time to another. */
  FabricUser issue(String mspId, String name, Map<String, String> attributes, Date notBefore,
      Date notAfter, Path directory) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      Files.createDirectories(directory);
      Path certificate = directory.resolve("cert.pem");
      Path privateKey = directory.resolve("key.pem");
      Files.writeString(certificate,
          pem("CERTIFICATE", certify(name, attributes, pair, notBefore, notAfter)));
      Files.writeString(privateKey, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      return new FabricUser(mspId, name, certificate, privateKey, attributes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("every Java signs with P-256", e);
    }
  }

  private byte[] certify(String name, Map<String, String> attributes, KeyPair pair, Date notBefore,
      Date notAfter) throws GeneralSecurityException, IOException, OperatorCreationException {
    X500Name subject = new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.OU, "client") // by which Fabric tells clients from peers and administrators
        .addRDN(BCStyle.CN, name)
        .build();
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(authority,
        new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1),
        notBefore, notAfter, new X500Principal(subject.getEncoded()), pair.getPublic())
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.subjectKeyIdentifier, false,
            identifiers.createSubjectKeyIdentifier(pair.getPublic()))
        .addExtension(Extension.authorityKeyIdentifier, false, keyOfAuthority())
        .addExtension(new Extension(ATTRIBUTES, false, json(attributes)));
    BigInteger half = ((ECPrivateKey) key).getParams().getOrder().shiftRight(1);
    while (true) {
      X509CertificateHolder certificate = builder
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key));
      ASN1Sequence signature = ASN1Sequence.getInstance(certificate.getSignature());
      // Fabric rewrites certificates whose signature has the greater of the two values that are right
      if (ASN1Integer.getInstance(signature.getObjectAt(1)).getValue().compareTo(half) <= 0) {
        return certificate.getEncoded();
      }
    }
  }

  /** The authority's key as its own certificate calls it: cryptogen takes a longer digest than others. */
  private AuthorityKeyIdentifier keyOfAuthority() throws GeneralSecurityException, IOException {
    SubjectKeyIdentifier identifier = SubjectKeyIdentifier
        .fromExtensions(new X509CertificateHolder(authority.getEncoded()).getExtensions());
    return identifier == null
        ? new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(authority.getPublicKey())
        : new AuthorityKeyIdentifier(identifier.getKeyIdentifier());
  }

  /** {@code {"attrs":{"name":"value"}}}, with what JSON wants escaped. */
  static byte[] json(Map<String, String> attributes) {
    try {
      return new ObjectMapper()
          .writeValueAsBytes(Map.of("attrs", new TreeMap<>(attributes)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is JSON", e);
    }
  }

  private static String pem(String type, byte[] bytes) {
    return "-----BEGIN " + type + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes)
        + "\n-----END " + type + "-----\n";
  }
}

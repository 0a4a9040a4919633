package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCertificatesTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @SuppressWarnings("NullAway.Init")
  private X509Certificate authority;

  @SuppressWarnings("NullAway.Init")
  private UserCertificates certificates;

  @BeforeEach
  void makeAnAuthority()
      throws GeneralSecurityException, IOException, OperatorCreationException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    authority = selfSigned(pair);
    Path certificate = directory.resolve("ca.pem");
    Path key = directory.resolve("priv_sk");
    Files.writeString(certificate, pem("CERTIFICATE", authority.getEncoded()));
    Files.writeString(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    certificates = UserCertificates.of(certificate, key);
  }

  @Test
  void theAuthorityVouchesForTheUser() throws Exception {
    FabricUser user = certificates.issue("Org1MSP", "alice", Map.of("role", "trainer"),
        directory.resolve("alice"));
    X509Certificate certificate = read(user.certificate());

    certificate.verify(authority.getPublicKey());
    certificate.checkValidity();
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=alice,OU=client");
    assertThat(certificate.getIssuerX500Principal())
        .isEqualTo(authority.getSubjectX500Principal());
    assertThat(user.mspId()).isEqualTo("Org1MSP");
    assertThat(Files.readString(user.privateKey())).startsWith("-----BEGIN PRIVATE KEY-----\n");
  }

  @Test
  void attributesAreTheBytesOfTheExtensionAsFabricsAuthorityWritesThem() throws Exception {
    FabricUser user = certificates.issue("Org1MSP", "bob",
        Map.of("role", "trainer", "quoted", "\"\u00e4\""), directory.resolve("bob"));

    byte[] value = read(user.certificate()).getExtensionValue("1.2.3.4.5.6.7.8.1");
    // an OCTET STRING of less than 128 bytes: a tag, its length, the bytes
    assertThat(value[0]).isEqualTo((byte) 4);
    assertThat(new String(value, 2, value.length - 2, StandardCharsets.UTF_8))
        .isEqualTo("{\"attrs\":{\"quoted\":\"\\\"\u00e4\\\"\",\"role\":\"trainer\"}}");
  }

  @Test
  void aRenewalHasAnotherKeyAndAnotherNumber() throws Exception {
    X509Certificate first = read(
        certificates.issue("Org1MSP", "carol", Map.of(), directory.resolve("1")).certificate());
    X509Certificate second = read(
        certificates.issue("Org1MSP", "carol", Map.of(), directory.resolve("2")).certificate());

    assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
    assertThat(second.getSerialNumber()).isNotEqualTo(first.getSerialNumber());
    assertThat(second.getSubjectX500Principal()).isEqualTo(first.getSubjectX500Principal());
  }

  private static X509Certificate selfSigned(KeyPair pair)
      throws GeneralSecurityException, OperatorCreationException, CertIOException, IOException {
    X500Principal name = new X500Principal("CN=ca.org1.test,O=org1.test");
    Instant now = Instant.now();
    byte[] encoded = new JcaX509v3CertificateBuilder(name, BigInteger.ONE,
        Date.from(now.minus(Duration.ofHours(1))), Date.from(now.plus(Duration.ofDays(1))), name,
        pair.getPublic()).addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
        .getEncoded();
    return (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(encoded));
  }

  private static X509Certificate read(Path file) throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static String pem(String type, byte[] bytes) {
    return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes)
        + "\n-----END " + type + "-----\n";
  }
}

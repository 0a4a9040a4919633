package org.modelledger.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.VerificationException;

/** Signatures with certificates: which chains are good, and why the others are not. */
class TrustedCertificatesTest {
  private static final Instant NOW = TestCertificate.NOW;
  private static final ModelFiles MODEL = ModelFiles
      .of(Map.of("model.onnx", new byte[]{1, 2, 3}));

  private final TestCertificate root = TestCertificate.named("root").authority().selfSigned();
  private final TestCertificate between = TestCertificate.named("between").authority().by(root);
  private final TestCertificate signer = TestCertificate.named("signer").by(between);

  @TempDir
  Path dir;

  @Test
  void acceptsAChainToATrustedRoot() throws Exception {
    SignedModel signed = verifier(root).verify(signed(signer, between), MODEL);

    assertThat(signed.signer().certificate()).contains(signer.certificate());
    assertThat(signed.signer().key()).isEqualTo(signer.signingKeys().publicKey());
    assertThat(signed.files()).containsExactly("model.onnx");
  }

  @Test
  void acceptsEachCurveUnderAnAuthorityWithRsa() throws Exception {
    TestCertificate rsa = TestCertificate.named("rsa")
        .keys(TestCertificate.rsaKeys())
        .authority()
        .selfSigned();
    for (String curve : List.of("secp256r1", "secp384r1", "secp521r1")) {
      TestCertificate own = TestCertificate.named(curve).keys(TestCertificate.keys(curve)).by(rsa);
      verifier(rsa).verify(signed(own), MODEL);
    }
  }

  @Test
  void theOrderOfIssuersAndMoreThanIsNeededDoNotMatter() throws Exception {
    TestCertificate other = TestCertificate.named("other").authority().selfSigned();
    List<TestCertificate> issuers = new ArrayList<>(List.of(other, root, between));
    Collections.shuffle(issuers);

    verifier(other, root).verify(signed(signer, issuers.toArray(TestCertificate[]::new)), MODEL);
  }

  @Test
  void trustsAnIssuerInTheMiddleAndASignerItself() throws Exception {
    verifier(between).verify(signed(signer), MODEL);
    verifier(signer).verify(signed(signer, between), MODEL);
    TestCertificate alone = TestCertificate.named("alone").selfSigned();
    verifier(alone).verify(signed(alone), MODEL);
  }

  @Test
  void trustsNothingForBeingInTheBundle() throws Exception {
    TestCertificate other = TestCertificate.named("other").authority().selfSigned();

    assertRefused(verifier(other), signed(signer, between, root), "no valid chain", "'CN=signer'",
        "issued by 'CN=between'", "1 trusted");
    TestCertificate alone = TestCertificate.named("alone").selfSigned();
    assertRefused(verifier(root), signed(alone), "no valid chain");
  }

  @Test
  void refusesAnAuthorityOfTheSameNameWithAnotherKey() throws Exception {
    TestCertificate impostor = TestCertificate.named("root").authority().selfSigned();

    assertRefused(verifier(impostor), signed(signer, between), "no valid chain");
  }

  @Test
  void refusesAChainThatLacksALink() throws Exception {
    assertRefused(verifier(root), signed(signer), "no valid chain");
  }

  @Test
  void refusesIssuersThatMayNotIssue() throws Exception {
    TestCertificate notAnAuthority = TestCertificate.named("between")
        .keyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature)
        .by(root);
    assertRefused(verifier(root),
        signed(TestCertificate.named("x").by(notAnAuthority), notAnAuthority), "no valid chain");
    TestCertificate notForThis = TestCertificate.named("between")
        .authority()
        .keyUsage(KeyUsage.cRLSign)
        .by(root);
    assertRefused(verifier(root), signed(TestCertificate.named("x").by(notForThis), notForThis),
        "no valid chain");
    assertRefused(verifier(root),
        signed(TestCertificate.named("x").by(signer), signer, between), "no valid chain");
  }

  @Test
  void aTrustedSignerVouchesForNobodyElse() throws Exception {
    assertRefused(verifier(signer), signed(TestCertificate.named("x").by(signer)),
        "none of the 1 trusted certificates is an authority");
    assertRefused(verifier(signer, root), signed(TestCertificate.named("x").by(signer)),
        "no valid chain");
  }

  @Test
  void refusesAChainLongerThanAnAuthorityAllows() throws Exception {
    TestCertificate narrow = TestCertificate.named("narrow")
        .authority()
        .pathLength(0)
        .by(root);
    TestCertificate below = TestCertificate.named("below").authority().by(narrow);

    verifier(root).verify(signed(TestCertificate.named("x").by(narrow), narrow), MODEL);
    assertRefused(verifier(root), signed(TestCertificate.named("x").by(below), below, narrow),
        "no valid chain");
  }

  @Test
  void certificatesAreValidNowOrWhenTheVerifierSays() throws Exception {
    Instant yesterday = NOW.minus(Duration.ofDays(1));
    TestCertificate expired = TestCertificate.named("expired")
        .valid(NOW.minus(Duration.ofDays(9)), yesterday)
        .by(root);
    byte[] bundle = signed(expired);

    assertRefused(verifier(root), bundle, "'CN=expired' is valid from", "which " + NOW);
    assertRefused(verifier(expired), bundle, "'CN=expired' is valid from");
    at(yesterday.minusSeconds(1), root).verify(bundle, MODEL);
    assertRefused(at(NOW.minus(Duration.ofDays(9)).minusSeconds(1), root), bundle, "valid from");
    assertThatThrownBy(() -> new ModelVerifier(
        TrustedCertificates.of(List.of(root.certificate()))
            .at(InstantSource.fixed(NOW.plus(Duration.ofDays(3650)))))
        .verify(signed(signer, between), MODEL))
        .isInstanceOf(VerificationException.class);
  }

  @Test
  void issuersAreValidAsWell() throws Exception {
    TestCertificate expired = TestCertificate.named("between")
        .authority()
        .valid(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1)))
        .by(root);
    assertRefused(verifier(root), signed(TestCertificate.named("x").by(expired), expired),
        "no valid chain");
    TestCertificate oldRoot = TestCertificate.named("root")
        .authority()
        .valid(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1)))
        .selfSigned();
    assertRefused(verifier(oldRoot), signed(TestCertificate.named("x").by(oldRoot)),
        "none of the 1 trusted certificates is an authority");
  }

  @Test
  void signersAreForSigning() throws Exception {
    List<TestCertificate> good = List.of(
        TestCertificate.named("x").purposes().by(root),
        TestCertificate.named("x").keyUsage(0).by(root),
        TestCertificate.named("x").purposes(KeyPurposeId.anyExtendedKeyUsage).by(root));
    for (TestCertificate certificate : good) {
      verifier(root).verify(signed(certificate), MODEL);
    }
    assertNotForSigning(TestCertificate.named("x").keyUsage(KeyUsage.keyAgreement),
        "its key usage lacks digitalSignature");
    assertNotForSigning(TestCertificate.named("x").purposes(KeyPurposeId.id_kp_serverAuth),
        "its extended key usage lacks codeSigning");
    assertNotForSigning(TestCertificate.named("x").keyUsage(0).purposes(),
        "neither key usage nor extended key usage");
  }

  private void assertNotForSigning(TestCertificate.Order order, String reason) throws Exception {
    TestCertificate certificate = order.by(root);
    assertThatThrownBy(() -> new SigningCertificate(certificate.signingKeys(),
        List.of(certificate.certificate()))).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(reason);
    // somebody else's signer may not ask
    SigningKeys keys = certificate.signingKeys();
    byte[] statement = OmsStatement.encode("m", Serialization.files(),
        ResourceHashing.hash(MODEL, Serialization.files(), (bytes, total) -> {
        }));
    byte[] bundle = new SignatureBundle(
        new VerificationMaterial.Certified(List.of(certificate.certificate())),
        DsseEnvelope.sign("application/vnd.in-toto+json", statement, "", keys)).toJson();
    assertRefused(verifier(root), bundle, reason);
  }

  @Test
  void keysOfOtherKindsDoNotSign() {
    TestCertificate rsa = TestCertificate.named("rsa").keys(TestCertificate.rsaKeys()).by(root);

    assertThatThrownBy(() -> Certificates.keyOf(rsa.certificate()))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("a key for RSA");
    assertThatThrownBy(
        () -> new SigningCertificate(signer.signingKeys(), List.of(between.certificate())))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("but the private key belongs to");
  }

  @Test
  void aKeyAndACertificateAreTwoThings() throws Exception {
    byte[] byKey = new ModelSigner(signer.signingKeys()).sign("m", MODEL, Serialization.files());

    assertRefused(verifier(root), byKey, "signed with a key, not with a certificate");
    assertRefused(new ModelVerifier(signer.signingKeys().publicKey()), signed(signer, between),
        "signed with a certificate");
  }

  @Test
  void aSignatureByAnotherKeyThanTheCertificatesIsRefused() throws Exception {
    TestCertificate other = TestCertificate.named("signer").by(between);
    String bundle = new String(signed(signer, between), UTF_8);
    String stolen = bundle.replace(base64(signer.certificate()), base64(other.certificate()));

    assertRefused(verifier(root), stolen.getBytes(UTF_8), "the signature is not by the key");
  }

  @Test
  void noChangedByteOfABundleIsAcceptedForAnotherModel() throws Exception {
    byte[] good = signed(signer, between);
    ModelVerifier verifier = verifier(root);
    SignedModel signed = verifier.verifySignature(good);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << i % 8);
      try {
        // what is not signed may differ, such as an unused bit of base64
        SignedModel other = verifier.verifySignature(bad);
        assertThat(other.digest()).isEqualTo(signed.digest());
        assertThat(other.signer().key()).isEqualTo(signed.signer().key());
      } catch (VerificationException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void refusesBundlesWithNoOrTooManyOrBrokenCertificates() throws Exception {
    String bundle = new String(signed(signer, between), UTF_8);
    String entry = "{\"rawBytes\":\"" + base64(signer.certificate()) + "\"}";
    assertThat(bundle).contains(entry);
    String other = "{\"rawBytes\":\"" + base64(between.certificate()) + "\"}";
    String none = bundle.replace(entry + "," + other, "");
    assertRefused(verifier(root), none.getBytes(UTF_8), "1 to 16 certificates");
    String many = bundle.replace(other, String.join(",", Collections.nCopies(16, other)));
    assertRefused(verifier(root), many.getBytes(UTF_8), "1 to 16 certificates");
    String pem = Base64.getEncoder()
        .encodeToString(Pem.encode("CERTIFICATE", signer.certificate().getEncoded())
            .getBytes(UTF_8));
    assertRefused(verifier(root),
        bundle.replace(base64(signer.certificate()), pem).getBytes(UTF_8), "not a DER encoded");
    String longer = Base64.getEncoder()
        .encodeToString(Arrays.copyOf(signer.certificate().getEncoded(),
            signer.certificate().getEncoded().length + 2));
    assertRefused(verifier(root),
        bundle.replace(base64(signer.certificate()), longer).getBytes(UTF_8), "behind the");
    assertRefused(verifier(root),
        bundle.replace("\"x509CertificateChain\"", "\"publicKey\":{},\"x509CertificateChain\"")
            .getBytes(UTF_8),
        "both a publicKey and an x509CertificateChain");
  }

  @Test
  void keylessSignaturesAreRefusedByName() throws Exception {
    String bundle = new String(signed(signer, between), UTF_8)
        .replaceAll("\"x509CertificateChain\":\\{[^}]*},\\{[^}]*}]}",
            "\"certificate\":{\"rawBytes\":\"AAAA\"}");

    assertRefused(verifier(root), bundle.getBytes(UTF_8), "Sigstore", "not supported");
  }

  @Test
  void readsCertificatesFromFiles() throws Exception {
    Path pem = Files.writeString(dir.resolve("both.pem"), "root and between\n"
        + Files.readString(root.save(dir.resolve("root.pem")))
        + Files.readString(between.save(dir.resolve("between.pem"))));
    signer.signingKeys().save(dir.resolve("key.pem"));
    SigningCertificate own = SigningCertificate.load(dir.resolve("key.pem"),
        signer.save(dir.resolve("signer.pem")), List.of(dir.resolve("between.pem")));
    byte[] bundle = new ModelSigner(own).sign("m", MODEL, Serialization.files());
    new ModelVerifier(TrustedCertificates.load(List.of(pem)).at(InstantSource.fixed(NOW)))
        .verify(bundle, MODEL);
    assertThat(TrustedCertificates.load(List.of(pem)))
        .hasToString("TrustedCertificates['CN=between', 'CN=root']");

    assertThatThrownBy(() -> TrustedCertificates.load(List.of(dir.resolve("key.pem"))))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("key.pem");
    Path empty = Files.writeString(dir.resolve("empty.pem"), "");
    assertThatThrownBy(() -> TrustedCertificates.load(List.of(empty)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("no certificate");
    assertThatThrownBy(() -> TrustedCertificates.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] signed(TestCertificate own, TestCertificate... issuers)
      throws InterruptedException {
    List<X509Certificate> chain = Stream.concat(Stream.of(own), Stream.of(issuers))
        .map(TestCertificate::certificate)
        .toList();
    return new ModelSigner(new SigningCertificate(own.signingKeys(), chain)).sign("m", MODEL,
        Serialization.files());
  }

  private static ModelVerifier verifier(TestCertificate... trusted) {
    return at(NOW, trusted);
  }

  private static ModelVerifier at(Instant time, TestCertificate... trusted) {
    return new ModelVerifier(TrustedCertificates
        .of(Stream.of(trusted).map(TestCertificate::certificate).toList())
        .at(InstantSource.fixed(time)));
  }

  private static String base64(X509Certificate certificate) throws Exception {
    return Base64.getEncoder().encodeToString(certificate.getEncoded());
  }

  private static void assertRefused(ModelVerifier verifier, byte[] bundle, String... reasons) {
    assertThatThrownBy(() -> verifier.verify(bundle, MODEL))
        .isInstanceOf(VerificationException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(reasons));
  }
}

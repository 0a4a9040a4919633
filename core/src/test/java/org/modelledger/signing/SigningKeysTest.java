package org.modelledger.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Objects;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;

class SigningKeysTest {
  @TempDir
  Path dir;

  @Test
  void survivesAFileThatOnlyTheOwnerCanRead() throws Exception {
    SigningKeys keys = SigningKeys.generate();
    Path file = dir.resolve("model.key");

    keys.save(file);

    SigningKeys loaded = SigningKeys.load(file);
    assertThat(loaded.publicKey()).isEqualTo(keys.publicKey()).hasSameHashCodeAs(keys.publicKey());
    keys.publicKey().verify(new byte[]{1, 2}, loaded.sign(new byte[]{1, 2}));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(dir).isDirectoryContaining(path -> path.equals(file));
    assertThat(dir.toFile().list()).hasSize(1);
  }

  @Test
  void neverWritesOverAKey() throws Exception {
    Path file = dir.resolve("model.key");
    SigningKeys.generate().save(file);
    String before = Files.readString(file);

    assertThatThrownBy(() -> SigningKeys.generate().save(file))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("FileAlreadyExists");
    assertThat(Files.readString(file)).isEqualTo(before);
    assertThat(dir.toFile().list()).hasSize(1);
  }

  @Test
  void computesThePublicKeyOnEachCurve() throws Exception {
    for (String curve : new String[]{"secp256r1", "secp384r1", "secp521r1"}) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      KeyPair pair = generator.generateKeyPair();

      SigningKeys keys = SigningKeys
          .parse(Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded()));

      assertThat(keys.publicKey()).isEqualTo(new VerificationKey((ECPublicKey) pair.getPublic()));
      keys.publicKey().verify(new byte[]{1}, keys.sign(new byte[]{1}));
    }
  }

  @Test
  void readsKeysAsOpensslWritesThemWithTextAroundThem() throws Exception {
    for (String curve : new String[]{"secp256r1", "secp384r1", "secp521r1"}) {
      SigningKeys keys = TestCertificate.named("x")
          .keys(TestCertificate.keys(curve))
          .selfSigned()
          .signingKeys();
      PrivateKeyInfo pkcs8 = PrivateKeyInfo.getInstance(
          Base64.getMimeDecoder().decode(pem(keys).replaceAll("-----[A-Z ]+-----", "")));
      var sec1 = org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(pkcs8.parsePrivateKey());
      byte[] withCurve = new org.bouncycastle.asn1.sec.ECPrivateKey(
          Curve.valueOf("P" + curve.substring(4, 7)).parameters().getOrder().bitLength(),
          sec1.getKey(), pkcs8.getPrivateKeyAlgorithm().getParameters()).getEncoded();

      String text = "Public Key Info:\n\tcurve: x\n\n"
          + Pem.encode("EC PARAMETERS", new byte[]{6, 1, 1})
          + Pem.encode("EC PRIVATE KEY", withCurve) + "the end\n";
      assertThat(SigningKeys.parse(text).publicKey()).isEqualTo(keys.publicKey());
      byte[] without = new org.bouncycastle.asn1.sec.ECPrivateKey(
          Curve.valueOf("P" + curve.substring(4, 7)).parameters().getOrder().bitLength(),
          sec1.getKey()).getEncoded();
      assertThatThrownBy(() -> SigningKeys.parse(Pem.encode("EC PRIVATE KEY", without)))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("does not name its curve");
    }
  }

  private String pem(SigningKeys keys) throws Exception {
    Path file = dir.resolve(keys.publicKey().hint());
    keys.save(file);
    return Files.readString(file);
  }

  @Test
  void writesPublicKeysAsOpensslDoes() throws Exception {
    for (String curve : new String[]{"p256", "p384", "p521"}) {
      Path openssl = resource(curve + ".pub");
      VerificationKey key = VerificationKey.load(openssl);
      key.save(dir.resolve("out"));
      assertThat(dir.resolve("out")).hasSameBinaryContentAs(openssl);
    }
  }

  @Test
  void neverShowsASecret() {
    SigningKeys keys = SigningKeys.generate();

    assertThat(keys.toString()).contains(keys.publicKey().hint()).doesNotContain("PRIVATE");
  }

  @Test
  void refusesASignatureOfAnotherContentOrForm() {
    SigningKeys keys = SigningKeys.generate();
    byte[] signature = keys.sign(new byte[]{1});

    assertThatThrownBy(() -> keys.publicKey().verify(new byte[]{2}, signature))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("not by the key " + keys.publicKey().hint());
    for (byte[] bad : new byte[][]{{}, {1, 2, 3}, new byte[64], new byte[5000]}) {
      assertThatThrownBy(() -> keys.publicKey().verify(new byte[]{1}, bad))
          .isInstanceOf(VerificationException.class);
    }
    for (int i = 0; i < signature.length; i++) {
      byte[] bad = signature.clone();
      bad[i] ^= 1;
      assertThatThrownBy(() -> keys.publicKey().verify(new byte[]{1}, bad)).as("byte %d", i)
          .isInstanceOf(VerificationException.class);
    }
  }

  @Test
  void saysWhichKindOfKeyItWants() {
    assertThatThrownBy(() -> VerificationKey.load(resource("rsa.pub")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("rsa.pub")
        .hasMessageContaining("not an EC public key");
    assertThatThrownBy(() -> VerificationKey.load(resource("k256.pub")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("unknown curve")
        .hasMessageContaining("P-256, P-384 and P-521");
    assertThatThrownBy(() -> SigningKeys.load(resource("p256.pub")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("a PUBLIC KEY; expected a PRIVATE KEY or EC PRIVATE KEY");
    assertThatThrownBy(() -> VerificationKey.load(resource("p256.sig")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("not a PEM file");
    assertThatThrownBy(() -> VerificationKey.load(dir.resolve("missing")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("missing");
    assertThatThrownBy(() -> SigningKeys.parse(
        "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("openssl pkcs8");
    assertThatThrownBy(() -> SigningKeys.parse(
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("decrypt it with 'openssl pkcs8'");
    assertThatThrownBy(
        () -> SigningKeys.parse("-----BEGIN PRIVATE KEY-----\nAAA=A\n-----END PRIVATE KEY-----\n"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("base64");
  }

  @Test
  void refusesAPemFileWithMoreThanOneKey() throws Exception {
    String pem = Files.readString(resource("p256.pub"));

    assertThatThrownBy(() -> VerificationKey.parse(pem + pem))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("one block");
    assertThatThrownBy(() -> VerificationKey.parse("x" + pem))
        .isInstanceOf(ModelFormatException.class);
    Files.writeString(dir.resolve("long"), "A".repeat(20_000));
    assertThatThrownBy(() -> VerificationKey.load(dir.resolve("long")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void envelopesAuthenticateTheirType() throws Exception {
    SigningKeys keys = SigningKeys.generate();
    DsseEnvelope envelope = DsseEnvelope.sign("text/x", "hello".getBytes(UTF_8), "k", keys);

    DsseEnvelope read = DsseEnvelope.parse(envelope.toJson());
    assertThat(read.verify("text/x", keys.publicKey())).asString(UTF_8).isEqualTo("hello");
    assertThat(read.keyId()).isEqualTo("k");
    assertThat(read.toJson()).isEqualTo(envelope.toJson());
    assertThatThrownBy(() -> read.verify("text/y", keys.publicKey()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("'text/x'")
        .hasMessageContaining("'text/y'");
    DsseEnvelope renamed = DsseEnvelope
        .parse(new String(envelope.toJson(), UTF_8).replace("text/x", "text/z").getBytes(UTF_8));
    assertThatThrownBy(() -> renamed.verify("text/z", keys.publicKey()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("signature");
  }

  @Test
  void encodesWhatIsSignedAsTheSpecificationsExample() {
    // secure-systems-lab/dsse, implementation/signing_spec test vector
    assertThat(DsseEnvelope.preAuthenticationEncoding("http://example.com/HelloWorld",
        "hello world".getBytes(UTF_8))).asString(UTF_8)
        .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  }

  @Test
  void refusesAnEnvelopeWithoutExactlyOneSignature() {
    String none = "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[]}";
    String two = none.replace("[]", "[{\"sig\":\"\"},{\"sig\":\"\"}]");
    for (String bad : new String[]{none, two}) {
      assertThatThrownBy(() -> DsseEnvelope.parse(bad.getBytes(UTF_8)))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("exactly one signature");
    }
    assertThatThrownBy(() -> DsseEnvelope.parse(
        "{\"payload\":\"!\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"\"}]}"
            .getBytes(UTF_8)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("payload is not base64");
  }

  private static Path resource(String name) {
    try {
      return Path.of(Objects
          .requireNonNull(SigningKeysTest.class.getResource("/oms/" + name), name)
          .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

package org.modelledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.signing.SigningKeys;

class ModelCommandTest {

  private final Instant now = Instant.now();

  private final Path dir;
  private final Path model;
  private final Path signature;
  private final SigningKeys keys = SigningKeys.generate();

  ModelCommandTest(@TempDir Path temporary) throws IOException {
    dir = temporary;
    model = Files.createDirectories(temporary.resolve("digits"));
    signature = temporary.resolve("digits.sig");
    Files.createDirectories(model.resolve("sub"));
    Files.writeString(model.resolve("model.onnx"), "weights");
    Files.writeString(model.resolve("sub/vocabulary.txt"), "a\nb\n");
    keys.save(dir.resolve("key.pem"));
    keys.publicKey().save(dir.resolve("key.pub"));
  }

  private Run run(String action, String method, String... more) {
    List<String> line = new ArrayList<>(List.of("model", action, method, model.toString(),
        "--signature", signature.toString()));
    line.addAll(List.of(more));
    return Run.of(line.toArray(String[]::new));
  }

  private Run signByKey(String... more) {
    return run("sign", "key", with("--private-key", dir.resolve("key.pem").toString(), more));
  }

  private Run verifyByKey(String... more) {
    return run("verify", "key", with("--public-key", dir.resolve("key.pub").toString(), more));
  }

  private static String[] with(String option, String value, String... more) {
    List<String> all = new ArrayList<>(List.of(option, value));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.out().lines()).hasSize(1);
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void signsAndVerifiesByKey() {
    Run signed = signByKey();
    assertThat(signed.code()).as(signed.err()).isEqualTo(ExitCode.OK);
    assertThat(signed.out()).startsWith("signed 'digits', 2 files, root ")
        .endsWith("by the key " + keys.publicKey().hint() + System.lineSeparator());
    assertThat(signed.err()).matches("hashed 0\\.0 MB in .* MB/s\\R");

    Run verified = verifyByKey("--quiet");
    assertThat(verified.code()).as(verified.err()).isEqualTo(ExitCode.OK);
    assertThat(verified.out()).startsWith("verified 'digits', 2 files, root ");
    assertThat(verified.err()).isEmpty();
  }

  @Test
  void namesWhatIsChanged() throws Exception {
    signByKey();
    Files.writeString(model.resolve("sub/vocabulary.txt"), "a\nc\n");
    Files.writeString(model.resolve("added"), "x");

    Run run = verifyByKey();
    assertThat(run.code()).isEqualTo(ExitCode.EVIDENCE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("changed file 'sub/vocabulary.txt'", "extra file 'added'");
    JsonNode json = json(verifyByKey("--json"));
    assertThat(json.get("verified").booleanValue()).isFalse();
    assertThat(json.get("reason").textValue()).contains("vocabulary.txt");
    Files.writeString(model.resolve("sub/vocabulary.txt"), "a\nb\n");
    assertThat(verifyByKey("--ignore-unsigned-files").code()).isEqualTo(ExitCode.OK);
    assertThat(verifyByKey("--ignore-paths", model.resolve("added").toString()).code())
        .isEqualTo(ExitCode.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256", "blake2b", "blake3"})
  void hashesWithEachAlgorithmByFilesAndByShards(String hash) throws Exception {
    JsonNode whole = json(signByKey("--json", "--hash", hash));
    assertThat(whole.get("hash").textValue()).isEqualTo(hash);
    assertThat(whole.has("shardSize")).isFalse();
    assertThat(verifyByKey().code()).isEqualTo(ExitCode.OK);

    JsonNode shards = json(signByKey("--json", "--hash", hash, "--shard-size", "3"));
    assertThat(shards.get("files").intValue()).isEqualTo(2);
    assertThat(shards.get("resources").intValue()).isEqualTo(3 + 2);
    assertThat(shards.get("shardSize").intValue()).isEqualTo(3);
    JsonNode verified = json(verifyByKey("--json"));
    assertThat(verified.get("digest")).isEqualTo(shards.get("digest"));
    Files.writeString(model.resolve("model.onnx"), "weightz");
    assertThat(verifyByKey().err()).contains("changed file 'model.onnx:6:7'");
  }

  @Test
  void leavesOutItsOwnSignatureAndWhatItIsTold() throws Exception {
    Path inside = model.resolve("model.sig");
    Files.writeString(model.resolve("notes"), "x");
    Files.writeString(model.resolve(".gitignore"), "x");
    String[] where = {"--signature", inside.toString()};
    String[] line = {"model", "sign", "key", model.toString(), "--private-key",
        dir.resolve("key.pem").toString(), where[0], where[1], "--ignore-paths",
        model.resolve("notes").toString()};
    for (int round = 0; round < 2; round++) { // the second time it is there
      assertThat(Run.of(line).out()).startsWith("signed 'digits', 2 files");
    }
    Run verified = Run.of("model", "verify", "key", model.toString(), "--public-key",
        dir.resolve("key.pub").toString(), where[0], where[1], "--json");
    assertThat(verified.code()).as(verified.err()).isEqualTo(ExitCode.OK);
    assertThat(json(verified).get("ignoredPaths")).extracting(JsonNode::textValue)
        .containsExactly("notes", "model.sig", ".git", ".gitattributes", ".github", ".gitignore");
    assertThat(model.toFile().list()).containsExactlyInAnyOrder("model.onnx", "sub", "notes",
        ".gitignore", "model.sig");
  }

  @Test
  void signsGitsFilesWhenTold() throws Exception {
    Files.writeString(model.resolve(".gitattributes"), "x");

    assertThat(signByKey().out()).contains("2 files");
    assertThat(signByKey("--no-ignore-git-paths").out()).contains("3 files");
    assertThat(verifyByKey().code()).isEqualTo(ExitCode.OK);
    assertThat(signByKey("--ignore-git-paths").out()).contains("2 files");
  }

  @Test
  void refusesLinksOrWarnsOfThoseThatLeadOut() throws Exception {
    Files.createSymbolicLink(model.resolve("link"), dir.resolve("key.pub"));

    Run refused = signByKey();
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("'link'").contains("symbolic link");
    assertThat(signature).doesNotExist();
    Run followed = signByKey("--allow-symlinks");
    assertThat(followed.code()).isEqualTo(ExitCode.OK);
    assertThat(followed.err()).contains("warning: the symbolic link 'link' leads out");
    assertThat(verifyByKey().code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void signsASingleFile() {
    Path file = model.resolve("model.onnx");
    String[] where = {"--signature", signature.toString(), "--quiet"};
    Run signed = Run.of("model", "sign", "key", file.toString(), "--private-key",
        dir.resolve("key.pem").toString(), where[0], where[1], where[2]);
    assertThat(signed.out()).startsWith("signed 'model.onnx', 1 file, root ");
    Run verified = Run.of("model", "verify", "key", file.toString(), "--public-key",
        dir.resolve("key.pub").toString(), where[0], where[1], where[2]);
    assertThat(verified.code()).as(verified.err()).isEqualTo(ExitCode.OK);
  }

  @Test
  void whatCannotBeUsedIsAMatterOfTheCommandLine() throws Exception {
    assertThat(run("sign", "key", "--private-key", dir.resolve("key.pub").toString()))
        .satisfies(run -> assertThat(run.code()).isEqualTo(ExitCode.USAGE))
        .satisfies(run -> assertThat(run.err()).contains("expected a PRIVATE KEY"));
    assertThat(signByKey("--ignore-paths", dir.resolve("key.pub").toString()))
        .satisfies(run -> assertThat(run.code()).isEqualTo(ExitCode.USAGE))
        .satisfies(run -> assertThat(run.err()).contains("is not within the model"));
    assertThat(signByKey("--shard-size", "0").code()).isEqualTo(ExitCode.USAGE);
    assertThat(signByKey("--hash", "md5").code()).isEqualTo(ExitCode.USAGE);
    Files.delete(model.resolve("model.onnx"));
    Files.delete(model.resolve("sub/vocabulary.txt"));
    assertThat(signByKey())
        .satisfies(run -> assertThat(run.code()).isEqualTo(ExitCode.USAGE))
        .satisfies(run -> assertThat(run.err()).contains("no file in"));
  }

  @Test
  void whatIsNotThereIsNotForged() throws Exception {
    assertThat(verifyByKey().code()).isEqualTo(ExitCode.ENVIRONMENT);
    signByKey();
    Files.move(model, dir.resolve("elsewhere"));
    assertThat(verifyByKey().code()).isEqualTo(ExitCode.ENVIRONMENT);
  }

  @Test
  void signsAndVerifiesByCertificate() throws Exception {
    KeyPair root = newKeys();
    X509Certificate rootCertificate = certificate("root", root, "root", root, true, 1);
    KeyPair own = newKeys();
    save("root.pem", rootCertificate);
    save("own.pem", certificate("acme", own, "root", root, false, 1));
    save("own.key", new PemObject("PRIVATE KEY", own.getPrivate().getEncoded()));
    save("other.pem", certificate("root", own, "root", own, true, 1));
    String[] sign = {"--private-key", dir.resolve("own.key").toString(), "--signing-certificate",
        dir.resolve("own.pem").toString(), "--certificate-chain",
        dir.resolve("root.pem").toString()};

    Run signed = run("sign", "certificate", sign);
    assertThat(signed.code()).as(signed.err()).isEqualTo(ExitCode.OK);
    assertThat(signed.out()).endsWith("by 'CN=acme'" + System.lineSeparator());
    Run verified = run("verify", "certificate",
        with("--certificate-chain", dir.resolve("root.pem").toString(), "--json"));
    assertThat(verified.code()).as(verified.err()).isEqualTo(ExitCode.OK);
    assertThat(json(verified).get("subject").textValue()).isEqualTo("CN=acme");
    assertThat(json(verified).get("issuer").textValue()).isEqualTo("CN=root");

    Run other = run("verify", "certificate",
        with("--certificate-chain", dir.resolve("other.pem").toString()));
    assertThat(other.code()).isEqualTo(ExitCode.EVIDENCE);
    assertThat(other.err()).contains("no valid chain");
    assertThat(verifyByKey().err()).contains("signed with a certificate");
    Run later = run("verify", "certificate", with("--certificate-chain",
        dir.resolve("root.pem").toString(), "--at", now.plus(Duration.ofDays(30)).toString()));
    assertThat(later.code()).isEqualTo(ExitCode.EVIDENCE);
    assertThat(later.err()).contains("is valid from");
  }

  @Test
  void doesNotLeaveASignatureByAnExpiredCertificate() throws Exception {
    KeyPair root = newKeys();
    save("own.pem", certificate("acme", root, "acme", root, true, -2));
    save("own.key", new PemObject("PRIVATE KEY", root.getPrivate().getEncoded()));

    Run run = run("sign", "certificate", "--private-key", dir.resolve("own.key").toString(),
        "--signing-certificate", dir.resolve("own.pem").toString());
    assertThat(run.code()).isEqualTo(ExitCode.EVIDENCE);
    assertThat(run.err()).contains("'CN=acme' is valid from");
    assertThat(signature).doesNotExist();
  }

  private static KeyPair newKeys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  /** @param days until it ends; it began three days ago */
  private X509Certificate certificate(String name, KeyPair keys, String issuer,
      KeyPair issuerKeys, boolean authority, int days) throws Exception {
    JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
        new X500Principal("CN=" + issuer), BigInteger.valueOf(System.nanoTime()),
        Date.from(now.minus(Duration.ofDays(3))), Date.from(now.plus(Duration.ofDays(days))),
        new X500Principal("CN=" + name), keys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    builder.addExtension(Extension.keyUsage, true,
        new KeyUsage(KeyUsage.digitalSignature | (authority ? KeyUsage.keyCertSign : 0)));
    return new JcaX509CertificateConverter().getCertificate(builder.build(
        new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
  }

  private void save(String name, Object content) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(content);
    }
    Files.writeString(dir.resolve(name), text.toString());
  }
}

package org.modelledger.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;

/** Bundles of the reference command line (src/test/resources/oms/README.md) and our own. */
class ModelVerifierTest {
  private static final Digest ROOT = new Digest(
      "e9113b6def49267f77a8e385d5ba0c30323379fcbf0c2c6b52e2a6c88ab4c11d");

  /** The root digests of the signatures that are mutated. */
  private static final List<String> ROOTS = List.of(ROOT.hex(),
      "1056eac9112b0080fbecf08ae4446c85e2e8ee0b960515266ecd03bb9f34713f",
      "573ebf381f02cfe30d77b7a2a5cd2769b602a08526bd105c4fc1dc58e1a2f26b",
      "77b87eae44dd1da008a2640347eca235a602b2d4912e6163787f29687f0e31ee");

  @TempDir
  Path dir;
  @SuppressWarnings("NullAway.Init")
  private Path model;

  @BeforeEach
  void copyTheModel() throws IOException {
    model = dir.resolve("model");
    copy(resource("model"), model);
  }

  @Test
  void acceptsTheReferencesSignatureOnEachCurve() throws Exception {
    for (String curve : List.of("p256", "p384", "p521")) {
      SignedModel signed = verifier(curve).verify(bundle(curve), model);

      assertThat(signed.name()).isEqualTo("model");
      assertThat(signed.digest()).isEqualTo(ROOT);
      assertThat(signed.artifact()).contains(ArtifactManifest.ofDirectory(model));
      assertThat(signed.serialization().ignoredPaths()).containsExactlyInAnyOrder(".git",
          ".gitattributes", ".github", ".gitignore");
      assertThat(signed.serialization().followsLinks()).isFalse();
    }
  }

  @Test
  void passesOverWhatTheSignatureLeavesOut() throws Exception {
    Files.writeString(model.resolve(".gitattributes"), "* binary");
    Files.createDirectories(model.resolve(".git/objects"));
    Files.writeString(model.resolve(".git/objects/x"), "x");
    verifier("p256").verify(bundle("p256"), model);

    Files.write(model.resolve("model.sig"), bundle("inside"));
    assertThat(verifier("p256").verify(bundle("inside"), model).serialization().ignoredPaths())
        .contains("model.sig");
    assertThatThrownBy(() -> verifier("p256").verify(bundle("p256"), model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("extra file 'model.sig'");
  }

  @Test
  void anotherEncodingIsRefusedWhereOneIsDemanded() throws Exception {
    SigningKeys keys = SigningKeys.generate();
    byte[] written = new ModelSigner(keys).sign(model);
    ModelVerifier strict = new ModelVerifier(keys.publicKey()).demandingOneEncoding();
    strict.verify(written, model);
    String text = new String(written, UTF_8);
    for (String other : List.of(text + "\n", text.replace("\"hint\"", "\"hunt\""),
        text.replace("\"keyid\":\"\"", "\"keyid\":\"x\""))) {
      byte[] changed = other.getBytes(UTF_8);
      new ModelVerifier(keys.publicKey()).verify(changed, model);
      assertThatThrownBy(() -> strict.verify(changed, model))
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining("not written as this library writes bundles");
    }
  }

  @Test
  void vouchesOnlyForFilesThatAreListed() throws Exception {
    Files.writeString(model.resolve("notes.txt"), "anything at all");

    SignedModel signed = verifier("p256").verify(bundle("ignoring"), model);

    assertThat(signed.files()).containsExactly("a/b", "a.b", "empty", "model.onnx");
    assertThat(signed.digest()).isNotEqualTo(ROOT);
  }

  @Test
  void namesAChangedFile() throws Exception {
    flip(model.resolve("weights/part-1.bin"), 1234);

    assertThatThrownBy(() -> verifier("p256").verify(bundle("p256"), model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("changed file 'weights/part-1.bin'");
  }

  @Test
  void namesAMissingAndAnExtraFileAndARenamedOne() throws Exception {
    Files.delete(model.resolve("empty"));
    Files.writeString(model.resolve("run-me.py"), "import os");
    Files.move(model.resolve("model.onnx"), model.resolve("model.onny"));

    assertThatThrownBy(() -> verifier("p256").verify(bundle("p256"), model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("missing file 'empty'")
        .hasMessageContaining("extra file 'run-me.py'")
        .hasMessageContaining("missing file 'model.onnx'")
        .hasMessageContaining("extra file 'model.onny'");
  }

  @Test
  void noticesNamesThatTheRootDigestDoesNotCover() throws Exception {
    Files.move(model.resolve("model.onnx"), model.resolve("model.onny"));

    assertThat(ArtifactManifest.ofDirectory(model).digest()).isEqualTo(ROOT);
    assertThatThrownBy(() -> verifier("p256").verify(bundle("p256"), model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("missing file 'model.onnx'");
  }

  @Test
  void refusesAnotherKey() throws Exception {
    assertThatThrownBy(() -> verifier("p384").verify(bundle("p256"), model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("is signed with the key " + key("p256").hint())
        .hasMessageContaining("not with " + key("p384").hint());
    byte[] withoutHint = replace(bundle("p256"), "\"hint\":\"" + key("p256").hint() + "\"", "");
    assertThatThrownBy(() -> verifier("p384").verify(withoutHint, model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("signature");
    VerificationKey other = SigningKeys.generate().publicKey();
    assertThatThrownBy(() -> new ModelVerifier(other).verify(withoutHint, model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("not by the key " + other.hint());
  }

  @Test
  void acceptsABundleFromBeforeTheHint() throws Exception {
    byte[] old = replace(bundle("p256"), "\"hint\":\"" + key("p256").hint() + "\"",
        "\"rawBytes\":\"AAAA\",\"keyDetails\":\"PKIX_ECDSA_P256_SHA_256\"");

    assertThat(verifier("p256").verify(old, model).digest()).isEqualTo(ROOT);
  }

  @Test
  void refusesByNameWhatItDoesNotSupport() {
    String sig = new String(bundle("p256"), UTF_8);
    assertThatThrownBy(() -> verifier("p256").verifySignature(
        sig.replace("\"publicKey\":", "\"certificate\":").getBytes(UTF_8)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("certificate");
    assertThatThrownBy(
        () -> verifier("p256")
            .verifySignature(sig.replace("v0.3+json", "v0.4+json").getBytes(UTF_8)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("mediaType")
        .hasMessageContaining("v0.4+json");
    assertThatThrownBy(() -> verifier("p256")
        .verifySignature(sig.replace("\"dsseEnvelope\":", "\"messageSignature\":").getBytes(UTF_8)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("messageSignature");
  }

  @Test
  void acceptsTheReferencesShardsAndItsOtherHashAndItsSingleFile() throws Exception {
    SignedModel shards = verifier("p256").verify(bundle("shards"), model);
    assertThat(shards.resources()).extracting(SignedResource::name)
        .contains("model.onnx:0:20", "weights/part-1.bin:0:1000", "weights/part-1.bin:1000:2000");
    assertThat(shards.serialization().shardBytes()).hasValue(1000);
    assertThat(verifier("p256").verify(bundle("blake2"), model).serialization().hash())
        .isEqualTo(HashAlgorithm.BLAKE2B);
    assertThat(verifier("p256").verify(bundle("single-file"), model.resolve("model.onnx")).name())
        .isEqualTo("model.onnx");

    Path other = Files.createDirectory(dir.resolve("other"));
    Files.copy(model.resolve("model.onnx"), other.resolve("model.onnx"));
    assertThatThrownBy(() -> verifier("p256").verify(bundle("single-file"), other))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("missing file '.'");
    flip(model.resolve("weights/part-1.bin"), 1234);
    assertThatThrownBy(() -> verifier("p256").verify(bundle("shards"), model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("changed file 'weights/part-1.bin:1000:2000'");
    assertThatThrownBy(() -> verifier("p256").verify(bundle("blake2"), model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("changed file 'weights/part-1.bin'");
  }

  @Test
  void followsLinksIfTheSignerDid() throws Exception {
    Path linked = Files.createDirectory(dir.resolve("linked"));
    Files.writeString(linked.resolve("f"), "x");
    Files.createSymbolicLink(linked.resolve("g"), Path.of("f"));

    assertThat(verifier("p256").verify(bundle("links"), linked).serialization().followsLinks())
        .isTrue();
    Files.delete(linked.resolve("g"));
    Files.createSymbolicLink(linked.resolve("g"), Path.of(".."));
    assertThatThrownBy(() -> verifier("p256").verify(bundle("links"), linked))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("'g'")
        .hasMessageContaining("link to a directory");
    Files.createSymbolicLink(model.resolve("link"), Path.of("empty"));
    assertThatThrownBy(() -> verifier("p256").verify(bundle("p256"), model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("'link'");
  }

  @Test
  void readsNamesAndOrderAsTheReferenceWritesThem() throws Exception {
    SignedModel signed = verifier("p256").verify(bundle("names"), oddNames());

    assertThat(signed.digest().hex())
        .isEqualTo("1056eac9112b0080fbecf08ae4446c85e2e8ee0b960515266ecd03bb9f34713f");
  }

  @Test
  void aMissingDirectoryIsNotAWrongSignature() {
    assertThatThrownBy(() -> verifier("p256").verify(bundle("p256"), dir.resolve("nowhere")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void acceptsWhatWeSignAndNothingElse() throws Exception {
    SigningKeys keys = SigningKeys.generate();
    byte[] bundle = new ModelSigner(keys).sign(model);
    ModelVerifier verifier = new ModelVerifier(keys.publicKey());

    SignedModel signed = verifier.verify(bundle, model);
    assertThat(signed.name()).isEqualTo("model");
    assertThat(signed.digest()).isEqualTo(ROOT);
    assertThat(verifier.verify(bundle, signed.artifact().orElseThrow())).isEqualTo(signed);
    flip(model.resolve("a.b"), 0);
    assertThatThrownBy(() -> verifier.verify(bundle, model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("changed file 'a.b'");
    assertThatThrownBy(() -> verifier("p256").verify(bundle, model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("key");
  }

  @Test
  void signsAndVerifiesAStoredArtifactAndFindsItCorrupt() throws Exception {
    ArtifactStore store = ArtifactStore.open(dir.resolve("store"));
    SigningKeys keys = SigningKeys.generate();
    ModelFiles stored = store.ingest(model);
    byte[] bundle = new ModelSigner(keys).sign("digits", store.open(ROOT).manifest());
    ModelVerifier verifier = new ModelVerifier(keys.publicKey());
    assertThat(verifier.verify(bundle, stored).digest()).isEqualTo(ROOT);

    Digest blob = Digest.sha256(Files.readAllBytes(model.resolve("model.onnx")));
    flip(dir.resolve("store/blobs/" + blob.hex()), 3);
    assertThatThrownBy(() -> verifier.verify(bundle, stored))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("model.onnx");
  }

  @Test
  void aSignedStatementThatContradictsItselfIsRefused() throws Exception {
    SigningKeys keys = SigningKeys.generate();
    String good = new String(statement(), UTF_8);
    String empty = Digest.sha256(new byte[0]).hex();
    Map<String, String> bad = reasons(good.replace(ROOT.hex(), empty), "root digest",
        good.replace("\"model.onnx\"", "\"1-first.onnx\""), "not in the order",
        good.replace("\"model.onnx\"", "\"../model.onnx\""), "../model.onnx",
        good.replace("\"model.onnx\"", "\"empty\""), "'empty' twice",
        good.replace("Statement/v1", "Statement/v0.1"), "Statement/v0.1",
        good.replace("signature/v1.0", "Digests/v0.1"), "the predicate type is",
        good.replaceAll("\"resources\":\\[.*]}", "\"resources\":[]}").replace(ROOT.hex(), empty),
        "at least one file", good.replace("\"hash_type\":\"sha256\"", "\"hash_type\":\"blake3\""),
        "blake3", good.replace("\"allow_symlinks\":false", "\"allow_symlinks\":\"false\""),
        "allow_symlinks", good.replace("\"subject\":[", "\"subject\":[{\"name\":\"x\","
            + "\"digest\":{\"sha256\":\"" + empty + "\"}},"),
        "one subject", good.replaceAll("\"subject\":\\[[^]]*]", "\"subject\":[]"), "one subject");
    ModelVerifier verifier = new ModelVerifier(keys.publicKey());
    verifier.verifySignature(signed(good, keys));
    bad.forEach((statement, reason) -> assertThatThrownBy(
        () -> verifier.verifySignature(signed(statement, keys))).as(reason)
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(reason));
  }

  @Test
  void noChangedByteOfABundleIsAcceptedForAnotherModel() {
    byte[] good = bundle("p256");
    ModelVerifier verifier = verifier("p256");
    Random random = random();
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << random.nextInt(8));
      assertSameOrRefused(verifier, bad);
    }
    for (int length = 0; length < good.length; length += 7) {
      byte[] truncated = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> verifier.verifySignature(truncated))
          .isInstanceOf(VerificationException.class);
    }
  }

  @Test
  void mutatedBundlesAreRefusedWithTheDeclaredExceptionAlone() {
    ModelVerifier verifier = verifier("p256");
    Random random = random();
    List<byte[]> seeds = Stream.of("p256", "inside", "names", "shards", "single-file")
        .map(ModelVerifierTest::bundle)
        .toList();
    String[] tokens = {"{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e999", "-0",
        "\"\\ud800\"", "\"dsseEnvelope\"", "\"payload\"", "\"signatures\"", "\u0000", "ÿ", "="};
    for (int round = 0; round < 3_000; round++) {
      byte[] bad = seeds.get(random.nextInt(seeds.size())).clone();
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        int at = random.nextInt(bad.length);
        int end = Math.min(bad.length, at + random.nextInt(40));
        byte[] insert = switch (random.nextInt(4)) {
          case 0 -> tokens[random.nextInt(tokens.length)].getBytes(UTF_8);
          case 1 -> new byte[]{(byte) random.nextInt(256)};
          case 2 -> Arrays.copyOfRange(bad, at, end);
          default -> new byte[0];
        };
        bad = splice(bad, at, random.nextBoolean() ? at : end, insert);
      }
      assertSameOrRefused(verifier, bad);
    }
  }

  @Test
  void mutatedStatementsUnderAGoodSignatureAreRefusedWithTheDeclaredExceptionAlone()
      throws Exception {
    SigningKeys keys = SigningKeys.generate();
    ModelVerifier verifier = new ModelVerifier(keys.publicKey());
    byte[] good = statement();
    Random random = random();
    for (int round = 0; round < 300; round++) {
      int at = random.nextInt(good.length);
      byte[] bad = splice(good, at, Math.min(good.length, at + random.nextInt(5)),
          new byte[]{(byte) random.nextInt(256)});
      try {
        // a name may have changed, or a path that is left out, but never a content
        assertThat(verifier.verifySignature(signed(bad, keys)).digest())
            .isEqualTo(ROOT);
      } catch (VerificationException e) {
        assertThat(e).hasMessageContaining("not a valid model signature");
      }
    }
  }

  private static void assertSameOrRefused(ModelVerifier verifier, byte[] bundle) {
    try {
      // what is not signed may differ, such as white space and the key's hint
      assertThat(verifier.verifySignature(bundle).digest().hex())
          .isIn(ROOTS);
    } catch (VerificationException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private byte[] statement() throws InterruptedException {
    return OmsStatement.encode("m", Serialization.files(),
        ModelVerifier.resources(ArtifactManifest.ofDirectory(model)));
  }

  static ModelFiles oddNames() {
    Map<String, byte[]> content = new HashMap<>();
    String[] names = {"😀.txt", "｡.txt", "größe", "a b", "a/b", "a!", "a0", "\"q\".txt"};
    for (int i = 0; i < names.length; i++) {
      content.put(names[i], new byte[]{(byte) ('1' + i)});
    }
    return ModelFiles.of(content);
  }

  private static Map<String, String> reasons(String... statementsAndReasons) {
    Map<String, String> reasons = new HashMap<>();
    for (int i = 0; i < statementsAndReasons.length; i += 2) {
      reasons.put(statementsAndReasons[i], statementsAndReasons[i + 1]);
    }
    return reasons;
  }

  private static byte[] signed(String statement, SigningKeys keys) {
    return signed(statement.getBytes(UTF_8), keys);
  }

  private static byte[] signed(byte[] statement, SigningKeys keys) {
    return new SignatureBundle(new VerificationMaterial.Key(Optional.empty()),
        DsseEnvelope.sign("application/vnd.in-toto+json", statement, "", keys)).toJson()
        .clone();
  }

  private static Random random() {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.out.println("-Dmodelledger.seed=" + seed);
    return new Random(seed);
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] insert) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + insert.length);
    System.arraycopy(insert, 0, result, from, insert.length);
    System.arraycopy(bytes, to, result, from + insert.length, bytes.length - to);
    return result;
  }

  private static byte[] replace(byte[] bundle, String what, String with) {
    String text = new String(bundle, UTF_8);
    assertThat(text).contains(what);
    return text.replace(what, with).getBytes(UTF_8);
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  private static ModelVerifier verifier(String key) {
    return new ModelVerifier(key(key));
  }

  private static VerificationKey key(String name) {
    return VerificationKey.load(resource(name + ".pub"));
  }

  private static byte[] bundle(String name) {
    try {
      return Files.readAllBytes(resource(name + ".sig"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path resource(String name) {
    try {
      return Path.of(Objects
          .requireNonNull(ModelVerifierTest.class.getResource("/oms/" + name), name)
          .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()),
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}

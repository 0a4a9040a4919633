package org.modelledger.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.ArtifactRefusedException;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.internal.hashing.FileHashing;
import org.modelledger.model.Digest;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.VerificationException;

/** Every way from files to digests that OMS has, and back. */
class SerializationTest {
  private static final SigningKeys KEYS = SigningKeys.generate();
  private static final ModelVerifier VERIFIER = new ModelVerifier(KEYS.publicKey());
  private static final Digest NOTHING = Digest.sha256(new byte[0]);

  @TempDir
  Path dir;

  @Test
  void hashesAsOthersDo() {
    // by the Python packages blake3 and hashlib; content byte i is i mod 251, as in BLAKE3's vectors
    assertHash(0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
        "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419"
            + "d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce");
    assertHash(1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
        "7a9e5283a15d13b995755360fde4c65c2ae1bc0cf33e8db2ce8416e5d10697c7"
            + "3fc4b2622a29b938a1faec43d931b02e71ad8635e071265633643a9d9396ec28");
    assertHash(300_000, "6cc9dce05d4cff8c5bef5c5a24681e42b13f03e34a0bc5e66f65a91d48c944fa",
        "8ee2ab50e0b1be2f1c64692013dfe68e15e36d15c4d5ec703b725b5cf5c1ba07"
            + "299284b7a9ddd0ca725b39105bda7b79fa85fc5defab5819dfa8fee27f79da78");
  }

  private static void assertHash(int length, String blake3, String blake2b) {
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) (i % 251);
    }
    for (HashAlgorithm hash : HashAlgorithm.values()) {
      MessageDigest digest = hash.newDigest();
      for (int at = 0; at < length; at += 777) { // as a stream comes
        digest.update(content, at, Math.min(777, length - at));
      }
      assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(switch (hash) {
        case SHA256 -> Digest.sha256(content).hex();
        case BLAKE2B -> blake2b;
        case BLAKE3 -> blake3;
      });
    }
  }

  @Test
  void whatIsSignedInAnyWayVerifiesAndNoChangeDoes() throws Exception {
    Random random = random();
    for (int round = 0; round < 20; round++) {
      Path model = Files.createDirectory(dir.resolve("model-" + round));
      Map<String, byte[]> files = write(model, random);
      Serialization serialization = anyOf(random);
      byte[] bundle = new ModelSigner(KEYS).sign(model, serialization);

      SignedModel signed = VERIFIER.verify(bundle, model);
      assertThat(signed.serialization()).isEqualTo(serialization);
      assertThat(VERIFIER.verify(bundle, ModelFiles.of(files))).isEqualTo(signed);
      assertThat(signed.files()).allMatch(files::containsKey);
      changeAndVerify(model, files, bundle, signed, random);
    }
  }

  private static void changeAndVerify(Path model, Map<String, byte[]> files, byte[] bundle,
      SignedModel signed, Random random) throws IOException {
    for (String name : signed.files()) {
      byte[] content = Objects.requireNonNull(files.get(name));
      if (content.length > 0) {
        byte[] bad = content.clone();
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        assertRefused(model, name, bad, bundle);
        assertRefused(model, name, Arrays.copyOf(content, content.length - 1), bundle);
      }
      assertRefused(model, name, Arrays.copyOf(content, content.length + 1), bundle);
      Files.write(model.resolve(name), content);
    }
    Path added = Files.write(model.resolve("added"), new byte[]{1});
    assertThatThrownBy(() -> VERIFIER.verify(bundle, model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("extra file 'added");
    Files.delete(added);
    Files.delete(model.resolve(signed.files().first()));
    assertThatThrownBy(() -> VERIFIER.verify(bundle, model))
        .isInstanceOf(VerificationException.class);
  }

  private static void assertRefused(Path model, String name, byte[] content, byte[] bundle)
      throws IOException {
    Files.write(model.resolve(name), content);
    assertThatThrownBy(() -> VERIFIER.verify(bundle, model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(name);
  }

  @Test
  void shardsAreNamedByTheirBytes() throws Exception {
    Files.write(dir.resolve("a:1:2"), new byte[25]);
    Files.write(dir.resolve("empty"), new byte[0]);

    SignedModel signed = VERIFIER.verify(
        new ModelSigner(KEYS).sign(dir, Serialization.files().inShardsOf(10)), dir);

    assertThat(signed.resources()).extracting(SignedResource::name)
        .containsExactly("a:1:2:0:10", "a:1:2:10:20", "a:1:2:20:25");
    assertThat(signed.resources().get(2).digest()).isEqualTo(Digest.sha256(new byte[5]).hex());
    assertThat(signed.files()).containsExactly("a:1:2");
    assertThat(signed.artifact()).isEmpty();
  }

  @Test
  void ofEmptyFilesAloneThereAreNoShards() throws Exception {
    Files.write(dir.resolve("empty"), new byte[0]);

    assertThatThrownBy(
        () -> new ModelSigner(KEYS).sign(dir, Serialization.files().inShardsOf(10)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("at least one file");
  }

  @Test
  void storedArtifactsAreHashedByShardsAsWell() throws Exception {
    Path model = Files.createDirectory(dir.resolve("model"));
    byte[] content = new byte[3 * FileHashing.BUFFER_BYTES + 5];
    random().nextBytes(content);
    Files.write(model.resolve("weights"), content);
    ModelFiles stored = ArtifactStore.open(dir.resolve("store")).ingest(model);
    Serialization shards = Serialization.files().inShardsOf(FileHashing.BUFFER_BYTES + 1);

    byte[] bundle = new ModelSigner(KEYS).sign(model, shards);
    VERIFIER.verify(bundle, stored);
    assertThat(VERIFIER.verifySignature(new ModelSigner(KEYS).sign("model", stored, shards)))
        .isEqualTo(VERIFIER.verifySignature(bundle));
    assertThatThrownBy(() -> VERIFIER.verify(bundle, ArtifactManifest.of(stored)))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("SHA-256 of whole files");
  }

  @Test
  void aSingleFileIsKnownByItsName() throws Exception {
    Path file = Files.write(dir.resolve("model.onnx"), new byte[]{1});
    byte[] bundle = new ModelSigner(KEYS).sign(file, Serialization.files());

    assertThat(VERIFIER.verify(bundle, file).files()).containsExactly("model.onnx");
    assertThat(VERIFIER.verify(bundle, dir).name()).isEqualTo("model.onnx");
    Files.write(file, new byte[]{2});
    assertThatThrownBy(() -> VERIFIER.verify(bundle, file))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("changed file 'model.onnx'");
  }

  @Test
  void pathsToLeaveOutAreExact() throws Exception {
    Files.createDirectories(dir.resolve("cache/deep"));
    Files.createDirectories(dir.resolve("sub/cache"));
    for (String name : List.of("model", "cache/deep/x", "cachet", "sub/cache/y", ".gitignore")) {
      Files.writeString(dir.resolve(name), name);
    }
    byte[] bundle = new ModelSigner(KEYS).sign(dir, Serialization.files()
        .ignoring(List.of("cache", ".gitignore")));

    SignedModel signed = VERIFIER.verify(bundle, dir);
    assertThat(signed.files()).containsExactly("cachet", "model", "sub/cache/y");
    assertThat(signed.serialization().ignoredPaths()).containsExactly("cache", ".gitignore");
    Files.writeString(dir.resolve("notes"), "x");
    assertThatThrownBy(() -> VERIFIER.verify(bundle, dir))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("extra file 'notes'");
    VERIFIER.ignoring(List.of("notes")).verify(bundle, dir);
    assertThatThrownBy(() -> VERIFIER.ignoring(List.of("notes", "sub")).verify(bundle, dir))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("missing file 'sub/cache/y'");
    for (String bad : List.of("*.bin", "a?", "[x]")) {
      assertThatThrownBy(() -> Serialization.files().ignoring(List.of(bad)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(bad);
    }
    assertThatThrownBy(() -> Serialization.files().ignoring(List.of("../x")))
        .isInstanceOf(InvalidNameException.class);
  }

  @Test
  void gitsPathsAreLeftOutUnlessTheyAreSigned() throws Exception {
    Files.writeString(dir.resolve("model"), "x");
    Files.writeString(dir.resolve(".gitattributes"), "x");
    byte[] without = new ModelSigner(KEYS).sign(dir, Serialization.files());
    byte[] with = new ModelSigner(KEYS).sign(dir, Serialization.files().ignoring(List.of()));

    assertThat(VERIFIER.verify(with, dir).files()).containsExactly(".gitattributes", "model");
    Files.writeString(dir.resolve(".gitattributes"), "y");
    VERIFIER.verify(without, dir);
    assertThatThrownBy(() -> VERIFIER.verify(with, dir))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("changed file '.gitattributes'");
  }

  @Test
  void unsignedFilesCanBePassedOver() throws Exception {
    Files.createDirectories(dir.resolve("sub"));
    Files.writeString(dir.resolve("sub/model"), "x");
    for (Serialization serialization : List.of(Serialization.files(),
        Serialization.files().inShardsOf(3))) {
      byte[] bundle = new ModelSigner(KEYS).sign(dir, serialization);
      ModelVerifier lenient = VERIFIER.passingOverUnsignedFiles();
      Files.writeString(dir.resolve("sub/added"), "x");
      Files.createSymbolicLink(dir.resolve("link"), Path.of("sub"));

      lenient.verify(bundle, dir);
      assertThatThrownBy(() -> VERIFIER.verify(bundle, dir))
          .isInstanceOf(VerificationException.class);
      Files.writeString(dir.resolve("sub/model"), "y");
      assertThatThrownBy(() -> lenient.verify(bundle, dir))
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining("changed file 'sub/model");
      Files.delete(dir.resolve("sub/model"));
      assertThatThrownBy(() -> lenient.verify(bundle, dir))
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining("no file");
      Files.delete(dir.resolve("sub/added"));
      Files.delete(dir.resolve("link"));
      Files.writeString(dir.resolve("sub/model"), "x");
    }
  }

  @Test
  void aSignedFileBehindALinkIsNotTheSignedFile() throws Exception {
    Path model = Files.createDirectories(dir.resolve("model"));
    Files.createDirectories(model.resolve("sub"));
    Files.writeString(model.resolve("sub/model"), "x");
    byte[] bundle = new ModelSigner(KEYS).sign(model, Serialization.files());
    Files.move(model.resolve("sub"), dir.resolve("elsewhere"));
    Files.createSymbolicLink(model.resolve("sub"), dir.resolve("elsewhere"));

    for (ModelVerifier verifier : List.of(VERIFIER, VERIFIER.passingOverUnsignedFiles())) {
      assertThatThrownBy(() -> verifier.verify(bundle, model))
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining("symbolic link");
    }
  }

  @Test
  void linksAreFollowedOnlyIfTheSignerSaysSo() throws Exception {
    Path outside = Files.writeString(dir.resolve("outside"), "x");
    Path model = Files.createDirectory(dir.resolve("model"));
    Files.createSymbolicLink(model.resolve("link"), outside);
    ModelSigner signer = new ModelSigner(KEYS);
    assertThatThrownBy(() -> signer.sign(model, Serialization.files()))
        .isInstanceOf(ArtifactRefusedException.class);
    Serialization following = Serialization.files().followingLinks();
    assertThat(following.filesOf(model).linksOutside()).containsExactly("link");

    byte[] bundle = signer.sign(model, following);
    VERIFIER.verify(bundle, model);
    Files.writeString(outside, "y");
    assertThatThrownBy(() -> VERIFIER.verify(bundle, model))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("changed file 'link'");
    Files.delete(outside);
    assertThatThrownBy(() -> signer.sign(model, following)).isInstanceOf(RuntimeException.class);
    Files.createSymbolicLink(model.resolve("cycle"), Path.of("."));
    Files.writeString(outside, "x");
    assertThatThrownBy(() -> signer.sign(model, following))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("'cycle'");
  }

  @Test
  void bothOrdersOfNamesAreAccepted() throws Exception {
    byte[] content = {1};
    List<SignedResource> bySegments = List.of(resource("a/b", content), resource("a.b", content));
    List<SignedResource> byCodePoints = List.of(resource("a.b", content),
        resource("a/b", content));
    ModelFiles files = ModelFiles.of(Map.of("a/b", content, "a.b", content));

    VERIFIER.verify(signed(bySegments), files);
    VERIFIER.verify(signed(byCodePoints), files);
    byte[] none = signed(List.of(resource("b", content), resource("a/b", content),
        resource("a.b", content)));
    assertThatThrownBy(() -> VERIFIER.verifySignature(none))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("not in the order");
  }

  @Test
  void anArtifactIsKnownByItsOwnOrder() throws Exception {
    ArtifactManifest manifest = ArtifactManifest
        .of(ModelFiles.of(Map.of("a/b", new byte[]{1}, "a.b", new byte[]{2})));
    byte[] byCodePoints = signed(List.of(resource("a.b", new byte[]{2}),
        resource("a/b", new byte[]{1})));

    assertThatThrownBy(() -> VERIFIER.verify(byCodePoints, manifest))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("another order");
    VERIFIER.verify(new ModelSigner(KEYS).sign("m", manifest), manifest);
  }

  @Test
  void shardsThatAreNotThoseOfTheFileAreRefused() throws Exception {
    ModelFiles files = ModelFiles.of(Map.of("w", new byte[25]));
    String good = new String(OmsStatement.encode("m", Serialization.files().inShardsOf(10),
        ResourceHashing.hash(files, Serialization.files().inShardsOf(10), (bytes, total) -> {
        })), UTF_8);
    VERIFIER.verify(signedStatement(good), files);
    VERIFIER.verify(signedStatement(good.replace("\"algorithm\":\"sha256\"",
        "\"algorithm\":\"sha256-sharded-10\"")), files); // as the reference writes it
    VERIFIER.verify(signedStatement(good.replace("\"shard_size\":10", "\"shard_size\":10.0")),
        files);
    Map<String, String> bad = new TreeMap<>();
    bad.put(good.replace("w:20:25", "w:20:26"), "missing file 'w:20:26'");
    bad.put(good.replace("w:20:25", "w:20"), "is not a shard");
    bad.put(good.replace("w:20:25", "w:20:20"), "is no shard");
    bad.put(good.replace("w:20:25", "w:20:9999999999999999999"), "is no shard");
    bad.put(good.replace("w:20:25", "w:020:25"), "is not a shard");
    bad.put(good.replace("\"shard_size\":10", "\"shard_size\":5"), "extra file");
    bad.put(good.replace("\"shard_size\":10", "\"shard_size\":0"), "shard_size");
    bad.put(good.replace("\"shard_size\":10", "\"shard_size\":10.5"), "shard_size");
    bad.put(good.replace("\"shard_size\":10,", ""), "shard_size");
    bad.put(good.replace("\"shards\"", "\"files\""), "shard_size");
    bad.put(good.replace("\"algorithm\":\"sha256\"", "\"algorithm\":\"sha256-sharded-11\""),
        "algorithm");
    bad.put(good.replace("\"shards\"", "\"tensors\""), "'tensors' is not supported");
    bad.put(good.replace("\"hash_type\":\"sha256\"", "\"hash_type\":\"md5\""),
        "'md5' is not supported");
    bad.forEach((statement, reason) -> assertThatThrownBy(
        () -> VERIFIER.verify(signedStatement(statement), files)).as(reason)
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(reason));
  }

  @Test
  void aModelOfASingleFileHasNoOtherFiles() {
    byte[] beside = signed(List.of(resource("!", new byte[0]), resource(".", new byte[0])));

    assertThatThrownBy(() -> VERIFIER.verifySignature(beside))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("beside other files");
  }

  @Test
  void readsWhatRelease02OfTheReferenceSigned() throws Exception {
    String statement = "{\"_type\":\"https://in-toto.io/Statement/v1\",\n\t\"subject\":[{\"name\":"
        + "\"größe'\",\"digest\":{\"sha256\":\"" + NOTHING.hex() + "\"}}],\r\"predicateType\":"
        + "\"https://model_signing/Digests/v0.1\",\"predicate\":{\"unused\":\"\\\\\"}}";
    byte[] payload = statement.getBytes(UTF_8);
    String python = statement.replace("\\", "\\\\")
        .replace("'", "\\'")
        .replace("\n", "\\n")
        .replace("\t", "\\t")
        .replace("\r", "\\r")
        .replace("ö", "\\xc3\\xb6")
        .replace("ß", "\\xc3\\x9f");
    TestCertificate signer = TestCertificate.named("old")
        .keys(TestCertificate.keys("secp384r1"))
        .selfSigned();
    ModelVerifier verifier = new ModelVerifier(signer.signingKeys().publicKey());
    ModelFiles files = ModelFiles.of(Map.of("größe'", new byte[0]));
    byte[] bundle = bundle(payload, ecdsa(signer.keys().getPrivate(), "DSSEV1 28 "
        + "application/vnd.in-toto+json " + payload.length + " b'" + python + "'"));

    assertThat(verifier.verify(bundle, files).files()).containsExactly("größe'");
    byte[] newer = statement.replace("Digests/v0.1", "Digests/v0.2").getBytes(UTF_8);
    byte[] ofAnother = bundle(newer, ecdsa(signer.keys().getPrivate(), "DSSEV1 28 "
        + "application/vnd.in-toto+json " + newer.length + " b'"
        + python.replace("Digests/v0.1", "Digests/v0.2") + "'"));
    assertThatThrownBy(() -> verifier.verify(ofAnother, files))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("the predicate type is 'https://model_signing/Digests/v0.2'");
    assertThatThrownBy(() -> VERIFIER.verify(bundle, files))
        .isInstanceOf(VerificationException.class);
  }

  @Test
  void aListenerHearsOfEveryByte() throws Exception {
    Files.write(dir.resolve("a"), new byte[2_000_000]);
    Files.write(dir.resolve("b"), new byte[10]);
    AtomicLong last = new AtomicLong();
    HashingListener listener = (bytes, total) -> {
      assertThat(total).isEqualTo(2_000_010);
      assertThat(bytes).isGreaterThanOrEqualTo(last.getAndSet(bytes));
    };

    byte[] bundle = new ModelSigner(KEYS).telling(listener).sign(dir, Serialization.files());
    assertThat(last).hasValue(2_000_010);
    last.set(0);
    VERIFIER.telling(listener).verify(bundle, dir);
    assertThat(last).hasValue(2_000_010);
  }

  private static Serialization anyOf(Random random) {
    Serialization serialization = Serialization.files()
        .with(List.of(HashAlgorithm.values()).get(random.nextInt(3)));
    return random.nextBoolean()
        ? serialization
        : serialization.inShardsOf(1 + random.nextInt(random.nextBoolean() ? 20 : 500_000));
  }

  /** With one file that has content, so that there is a shard. */
  private static Map<String, byte[]> write(Path model, Random random) throws IOException {
    String[] names = {"a", "a.b", "b/c", "b/d:0:1", "ü", "b.c"};
    Map<String, byte[]> files = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      if (i == 0 || random.nextInt(3) > 0) {
        byte[] content = new byte[i == 0 ? 1 + random.nextInt(40) : random.nextInt(2_000)];
        random.nextBytes(content);
        Path file = model.resolve(names[i]);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        files.put(names[i], content);
      }
    }
    return files;
  }

  private static SignedResource resource(String name, byte[] content) {
    return new SignedResource(name, Optional.empty(), Digest.sha256(content).hex());
  }

  private static byte[] signed(List<SignedResource> resources) {
    return signedStatement(
        new String(OmsStatement.encode("m", Serialization.files(), resources), UTF_8));
  }

  private static byte[] signedStatement(String statement) {
    return new SignatureBundle(new VerificationMaterial.Key(Optional.empty()),
        DsseEnvelope.sign("application/vnd.in-toto+json", statement.getBytes(UTF_8), "", KEYS))
        .toJson();
  }

  private static byte[] ecdsa(PrivateKey key, String text) throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(text.getBytes(UTF_8));
    return signature.sign();
  }

  private static byte[] bundle(byte[] payload, byte[] signature) {
    Base64.Encoder base64 = Base64.getEncoder();
    return ("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","
        + "\"verificationMaterial\":{\"publicKey\":{\"rawBytes\":\"AAAA\"}},\"dsseEnvelope\":{"
        + "\"payload\":\"" + base64.encodeToString(payload)
        + "\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{\"sig\":\""
        + base64.encodeToString(signature) + "\",\"keyid\":null}]}}").getBytes(UTF_8);
  }

  private static Random random() {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.out.println("-Dmodelledger.seed=" + seed);
    return new Random(seed);
  }
}

package org.modelledger.lineage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.artifact.ArtifactFile;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.inference.EngineInfo;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.internal.json.Json;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.VerificationException;
import org.modelledger.signing.DsseEnvelope;
import org.modelledger.signing.SigningKeys;
import org.modelledger.training.DataSource;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingSpec;

class LineageStatementsTest {
  private static final SigningKeys KEYS = SigningKeys.generate();
  private static final Instant STARTED = Instant.parse("2026-11-22T10:15:30.123456789Z");
  private static final Instant FINISHED = Instant.parse("2026-11-22T10:16:00Z");

  @TempDir
  Path dir;

  @Test
  void saysAgainWhatWasSigned() throws Exception {
    LineageStatement statement = full();

    byte[] envelope = LineageStatements.sign(statement, KEYS);

    assertThat(LineageStatements.verify(envelope, KEYS.publicKey())).isEqualTo(statement);
    assertThat(LineageStatements.verify(envelope, KEYS.publicKey(), statement.manifest()))
        .isEqualTo(statement);
    assertThat(LineageStatements.readUnverified(envelope)).isEqualTo(statement);
    assertThat(LineageStatements.digest(envelope)).isEqualTo(Digest.sha256(envelope));
  }

  @Test
  void saysLittleOfAModelThatWasMadeElsewhere() throws Exception {
    LineageFacts facts = LineageFacts
        .builder(new EngineInfo("import", "1", "cpu", 1), STARTED, STARTED)
        .build();
    LineageStatement statement = new LineageStatement(manifest(), facts, new TreeMap<>());

    LineageStatement read = LineageStatements.verify(LineageStatements.sign(statement, KEYS),
        KEYS.publicKey());

    assertThat(read).isEqualTo(statement);
    assertThat(read.facts().spec()).isEmpty();
    assertThat(read.facts().sourceRevision()).isEmpty();
  }

  @Test
  void signsWhatATrainerMade() throws Exception {
    LineageStatement statement = full();
    TrainedModel trained = new TrainedModel(ModelFiles.of(Map.of("m", new byte[1])),
        statement.metrics(), statement.facts());

    byte[] envelope = LineageStatements.sign(trained, statement.manifest(), KEYS);

    assertThat(LineageStatements.verify(envelope, KEYS.publicKey())).isEqualTo(statement);
  }

  @Test
  void theSameStatementHasTheSameBytes() {
    assertThat(LineageStatements.encode(full())).isEqualTo(LineageStatements.encode(full()));
  }

  @Test
  void theBytesAreThoseOfTheFormatsPage() {
    // docs/formats/lineage.md; changing them changes what older statements say
    assertThat(Digest.sha256(LineageStatements.encode(full())).hex())
        .isEqualTo("c6c55491028166b00a787c6461f4fc25a632709e431382f51353d32371e66351");
  }

  @Test
  void isProvenanceThatOtherToolsRead() {
    DsseEnvelope envelope = DsseEnvelope.parse(LineageStatements.sign(full(), KEYS));
    JsonObject statement = Json.read("statement", envelope.payload(), 1 << 20);

    assertThat(envelope.payloadType()).isEqualTo("application/vnd.in-toto+json");
    assertThat(statement.string("_type")).isEqualTo("https://in-toto.io/Statement/v1");
    assertThat(statement.string("predicateType")).isEqualTo("https://slsa.dev/provenance/v1");
    List<JsonObject> subjects = statement.objects("subject");
    assertThat(subjects).extracting(subject -> subject.string("name"))
        .containsExactly(".",
            "labels/größe.txt", "model.onnx");
    assertThat(subjects.get(0).object("digest").string("sha256"))
        .isEqualTo(manifest().digest().hex());
    JsonObject predicate = statement.object("predicate");
    assertThat(predicate.object("buildDefinition").string("buildType"))
        .isEqualTo("https://modelledger.org/training/v1");
    assertThat(predicate.object("runDetails").object("builder").string("id"))
        .isEqualTo("https://modelledger.org/trainers/acme%20trainer%2B");
    assertThat(predicate.object("runDetails").object("metadata").string("startedOn"))
        .isEqualTo(STARTED.toString());
  }

  @Test
  void refusesAnotherKey() {
    byte[] envelope = LineageStatements.sign(full(), KEYS);
    SigningKeys other = SigningKeys.generate();

    assertThatThrownBy(() -> LineageStatements.verify(envelope, other.publicKey()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("not by the key " + other.publicKey().hint());
  }

  @Test
  void refusesOtherFilesByName() {
    byte[] envelope = LineageStatements.sign(full(), KEYS);
    List<ArtifactFile> files = manifest().files();
    ArtifactManifest renamed = new ArtifactManifest(
        List.of(files.get(0), new ArtifactFile("model.onny", files.get(1).digest())));

    assertThat(renamed.digest()).isEqualTo(manifest().digest());
    assertThatThrownBy(() -> LineageStatements.verify(envelope, KEYS.publicKey(), renamed))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("missing file 'model.onnx'")
        .hasMessageContaining("extra file 'model.onny'");
  }

  @Test
  void refusesNumbersThatJsonCannotCarry() {
    assertThatThrownBy(() -> new LineageStatement(manifest(), full().facts(),
        new TreeMap<>(Map.of("loss", Double.NaN)))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'loss' is NaN");
  }

  @Test
  void refusesSignedStatementsOfOtherKindsAndContradictions() throws Exception {
    String good = new String(LineageStatements.encode(full()), UTF_8);
    LineageStatements.verify(signed(good), KEYS.publicKey());
    String[][] bad = {{good.replace("provenance/v1", "provenance/v0.2"), "provenance/v0.2"},
        {good.replace("training/v1", "training/v9"), "training/v9"},
        {good.replace("\"name\":\".\"", "\"name\":\"x\""), "'.'"},
        {good.replace("\"name\":\"model.onnx\"", "\"name\":\".\""), "two subjects"},
        {good.replace(manifest().digest().hex(), Digest.sha256(new byte[0]).hex()),
            "but its files have"},
        {good.replace("\"seed\":\"-7\"", "\"seed\":-7"), "seed: expected a string"},
        {good.replace("\"seed\":\"-7\"", "\"seed\":\"x\""), "seed: expected a whole number"},
        {good.replace("\"role\":\"data\"", "\"role\":\"rumour\""), "'rumour'"},
        {good.replace("https://modelledger.org/trainers/", "https://x/"), "builder.id"},
        {good.replace("\"threads\":4", "\"threads\":0"), "at least 1 thread"},
        {good.replace("\"threads\":4", "\"threads\":4294967297"), "builder"},
        {good.replace("10:16:00Z", "10:15:00Z"), "finishedOn"},
        {good.replace("10:16:00Z", "10:16"), "finishedOn: expected an RFC 3339 time"},
        {good.replace("\"train.loss\":0.1", "\"train.loss\":\"0.1\""),
            "train.loss: expected a finite number"},
        {good.replace("\"runDetails\"", "\"runDetail\""), "runDetails is missing"}};
    for (String[] statement : bad) {
      assertThat(statement[0]).isNotEqualTo(good);
      assertThatThrownBy(() -> LineageStatements.verify(signed(statement[0]), KEYS.publicKey()))
          .as(statement[1])
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining(statement[1]);
      assertThatThrownBy(() -> LineageStatements.readUnverified(signed(statement[0])))
          .as(statement[1])
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(statement[1]);
    }
  }

  @Test
  void anyChangedByteIsRefusedUnlessItIsNotSigned() {
    LineageStatement statement = full();
    byte[] envelope = LineageStatements.sign(statement, KEYS);
    Random random = random();
    for (int i = 0; i < envelope.length; i += 1 + random.nextInt(15)) {
      byte[] bad = envelope.clone();
      bad[i] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(LineageStatements.verify(bad, KEYS.publicKey())).isEqualTo(statement);
      } catch (VerificationException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
      // the ledger has the digest of every byte, signed or not
      assertThat(LineageStatements.digest(bad)).isNotEqualTo(LineageStatements.digest(envelope));
    }
  }

  @Test
  void mutatedStatementsFailWithTheDeclaredExceptionAlone() {
    byte[] good = LineageStatements.encode(full());
    Random random = random();
    for (int round = 0; round < 2_000; round++) {
      int at = random.nextInt(good.length);
      int end = Math.min(good.length, at + random.nextInt(12));
      byte[] bad = Arrays.copyOf(good, good.length - (end - at) + 1);
      bad[at] = (byte) random.nextInt(256);
      System.arraycopy(good, end, bad, at + 1, good.length - end);
      byte[] envelope = Json.write(Map.of("payload", Base64.getEncoder().encodeToString(bad),
          "payloadType", InTotoStatement.PAYLOAD_TYPE, "signatures", List.of(Map.of("sig", ""))));
      try {
        assertThat(LineageStatements.readUnverified(envelope).artifact())
            .isEqualTo(manifest().digest());
      } catch (ModelFormatException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void isKeptByteForByteInAStore() throws Exception {
    byte[] envelope = LineageStatements.sign(full(), KEYS);
    ArtifactStore store = ArtifactStore.open(dir.resolve("store"));

    Digest digest = store.putStatement(envelope);

    assertThat(digest).isEqualTo(LineageStatements.digest(envelope));
    assertThat(store.statement(digest)).hasValueSatisfying(
        stored -> assertThat(stored).isEqualTo(envelope));
  }

  private static LineageStatement full() {
    TrainingSpec spec = TrainingSpec.builder("mlp")
        .features("pixels")
        .target("digit")
        .seed(-7)
        .parameter("hidden", "64,32")
        .parameter("rate", 0.05)
        .build();
    LineageFacts facts = LineageFacts
        .builder(new EngineInfo("acme trainer+", "1.2.3", "cpu", 4), STARTED, FINISHED)
        .spec(spec)
        .data(List.of(new DataSource("optdigits.csv", Digest.sha256(new byte[]{1})),
            new DataSource("more", Digest.sha256(new byte[]{2}))))
        .parents(List.of(Digest.sha256(new byte[]{3})))
        .environment(new TreeMap<>(Map.of("java.version", "25", "os.arch", "amd64")))
        .sourceRevision("8c1d7a0")
        .build();
    return new LineageStatement(manifest(), facts,
        new TreeMap<>(Map.of("validation.accuracy", 0.9722222222222222, "train.loss", 0.1)));
  }

  private static ArtifactManifest manifest() {
    return new ArtifactManifest(
        List.of(new ArtifactFile("model.onnx", Digest.sha256(new byte[]{5})),
            new ArtifactFile("labels/größe.txt", Digest.sha256(new byte[]{6}))));
  }

  private static byte[] signed(String statement) {
    return DsseEnvelope
        .sign(InTotoStatement.PAYLOAD_TYPE, statement.getBytes(UTF_8), "", KEYS)
        .toJson();
  }

  private static Random random() {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.out.println("-Dmodelledger.seed=" + seed);
    return new Random(seed);
  }
}

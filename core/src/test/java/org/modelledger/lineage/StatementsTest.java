package org.modelledger.lineage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.internal.json.Json;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;
import org.modelledger.signing.DsseEnvelope;
import org.modelledger.signing.SigningKeys;
import org.modelledger.training.DataSource;

class StatementsTest {
  private static final SigningKeys KEYS = SigningKeys.generate();
  private static final Instant TIME = Instant.parse("2026-11-27T10:15:30.5Z");
  private static final ModelVersionId VERSION = ModelVersionId.parse("acme/digits:3");

  @Test
  void sayAgainWhatWasSigned() throws Exception {
    Random random = random();
    for (int round = 0; round < 200; round++) {
      for (Statement statement : List.of(dataset(random), evaluation(random), approval(random))) {
        byte[] envelope = Statements.sign(statement, KEYS);

        assertThat(Statements.verify(envelope, KEYS.publicKey())).isEqualTo(statement);
        assertThat(Statements.readUnverified(envelope)).isEqualTo(statement);
        assertThat(Statements.encode(statement)).isEqualTo(Statements.encode(statement));
      }
    }
  }

  @Test
  void mutatedBytesFailWithTheDeclaredExceptionAlone() {
    Random random = random();
    List<byte[]> good = List.of(Statements.encode(dataset(random)),
        Statements.encode(evaluation(random)), Statements.encode(approval(random)));
    for (int round = 0; round < 3_000; round++) {
      byte[] bytes = good.get(round % good.size());
      int at = random.nextInt(bytes.length);
      int end = Math.min(bytes.length, at + random.nextInt(12));
      byte[] bad = Arrays.copyOf(bytes, bytes.length - (end - at) + 1);
      bad[at] = (byte) random.nextInt(256);
      System.arraycopy(bytes, end, bad, at + 1, bytes.length - end);
      try {
        assertThat(Statements.encode(Statements.readUnverified(unsigned(bad)))).isNotEmpty();
      } catch (ModelFormatException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void anEvaluationIsATestResultThatOtherToolsRead() {
    EvaluationStatement statement = new EvaluationStatement(VERSION, digest(1), "evaluator 1",
        List.of(new DataSource("held-out.csv", digest(2))), new TreeMap<>(Map.of("accuracy", 0.97)),
        List.of("accuracy >= 0.96"), List.of(), List.of("bias <= 0.1"), TIME);

    JsonObject read = Json.read("statement", Statements.encode(statement), 1 << 20);

    assertThat(read.string("predicateType"))
        .isEqualTo("https://in-toto.io/attestation/test-result/v0.1");
    JsonObject predicate = read.object("predicate");
    assertThat(predicate.string("result")).isEqualTo("FAILED");
    assertThat(predicate.strings("passedTests")).containsExactly("accuracy >= 0.96");
    assertThat(predicate.strings("failedTests")).containsExactly("bias <= 0.1");
    assertThat(predicate.objects("configuration").getFirst().object("digest").digest("sha256"))
        .isEqualTo(digest(2));
    assertThat(read.objects("subject").getFirst().string("name")).isEqualTo("acme/digits:3");
  }

  @Test
  void theBytesAreThoseOfTheFormatsPages() {
    // docs/formats/*-statement.md; changing them changes what older statements say
    assertThat(new String(Statements.encode(new DatasetStatement("digits",
        List.of(new DataSource("digits.csv", digest(1))), OptionalLong.of(5),
        List.of(new DataColumn("label", "sc:Integer")), Optional.empty(), TIME)), UTF_8))
        .isEqualTo("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":"
            + "\"digits.csv\",\"digest\":{\"sha256\":\"" + digest(1).hex() + "\"}}],"
            + "\"predicateType\":\"https://modelledger.org/dataset/v1\",\"predicate\":{\"name\":"
            + "\"digits\",\"statedOn\":\"2026-11-27T10:15:30.500Z\",\"rows\":5,\"columns\":[{"
            + "\"name\":\"label\",\"type\":\"sc:Integer\"}]}}");
    assertThat(new String(Statements.encode(new ApprovalStatement("local:x", VERSION, digest(1),
        digest(2), EnvironmentName.of("production"), AccountId.of("ann"), "seen", TIME)), UTF_8))
        .isEqualTo("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":"
            + "\"acme/digits:3\",\"digest\":{\"sha256\":\"" + digest(1).hex() + "\"}}],"
            + "\"predicateType\":\"https://modelledger.org/approval/v1\",\"predicate\":{\"ledger\":"
            + "\"local:x\",\"lineage\":{\"digest\":{\"sha256\":\"" + digest(2).hex() + "\"}},"
            + "\"environment\":\"production\",\"approver\":\"ann\",\"approvedOn\":"
            + "\"2026-11-27T10:15:30.500Z\",\"comment\":\"seen\"}}");
  }

  @Test
  void refuseAnotherKeyAndTryAllThatAreTrusted() throws Exception {
    byte[] envelope = Statements.sign(approval(random()), KEYS);
    SigningKeys other = SigningKeys.generate();

    assertThatThrownBy(() -> Statements.verify(envelope, other.publicKey()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(other.publicKey().hint());
    assertThat(Statements.verify(envelope, List.of(other.publicKey(), KEYS.publicKey())))
        .isInstanceOf(ApprovalStatement.class);
    assertThatThrownBy(() -> Statements.verify(envelope, List.of()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("no key");
  }

  @Test
  void refuseWhatIsUnknownOrContradictsItself() {
    String approval = new String(Statements.encode(approval(random())), UTF_8);
    assertRefused(approval.replace("approval/v1", "approval/v2"), "approval/v2' is not known");
    assertRefused(approval.replace("\"subject\":[{", "\"subject\":[{\"name\":\"x\",\"digest\":{"
        + "\"sha256\":\"" + digest(1).hex() + "\"}},{"), "about one version, this one about 2");
    assertRefused(approval.replace("\"environment\":\"", "\"environment\":\"UPPER"), "UPPER");
    String evaluation = new String(Statements.encode(new EvaluationStatement(VERSION, digest(1),
        "e", List.of(), new TreeMap<>(), List.of("a"), List.of(), List.of(), TIME)), UTF_8);
    assertRefused(evaluation.replace("PASSED", "FAILED"), "expected 'PASSED'");
    String dataset = new String(Statements.encode(dataset(new Random(1))), UTF_8);
    assertRefused(dataset.replaceFirst("\"statedOn\":\"", "\"statedOn\":\"soon"), "RFC 3339");
    assertRefused(dataset.replaceFirst("\"subject\":\\[.*?\\],\"pred", "\"subject\":[],\"pred"),
        "at least one file");
    String columns = new String(Statements.encode(new DatasetStatement("d",
        List.of(new DataSource("f", digest(1))), OptionalLong.empty(),
        List.of(new DataColumn("label", "")), Optional.empty(), TIME)), UTF_8);
    assertRefused(columns.replace("\"label\"", "\"\""),
        "columns[0].name: expected a name that is not empty");
  }

  @Test
  void aDataSetHasFilesOfDifferentNames() {
    DataSource file = new DataSource("a", digest(1));
    assertThatThrownBy(() -> DatasetStatement.builder("d", TIME).file(file).file(file).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two files of the data set 'd' are called 'a'");
    assertThatThrownBy(() -> DatasetStatement.builder("d", TIME).file(file).rows(-1).build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DatasetStatement.builder("d", TIME).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one file");
  }

  private static void assertRefused(String payload, String because) {
    assertThatThrownBy(() -> Statements.readUnverified(unsigned(payload.getBytes(UTF_8))))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(because);
    byte[] signed = DsseEnvelope
        .sign(InTotoStatement.PAYLOAD_TYPE, payload.getBytes(UTF_8), "", KEYS)
        .toJson();
    assertThatThrownBy(() -> Statements.verify(signed, KEYS.publicKey()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(because);
  }

  private static byte[] unsigned(byte[] payload) {
    return Json.write(Map.of("payload", Base64.getEncoder().encodeToString(payload),
        "payloadType", InTotoStatement.PAYLOAD_TYPE, "signatures", List.of(Map.of("sig", ""))));
  }

  private static DatasetStatement dataset(Random random) {
    List<DataSource> files = sources(random, 1 + random.nextInt(4));
    Optional<Croissant> croissant = random.nextBoolean()
        ? Optional.empty()
        : Optional.of(new Croissant(digest(random.nextInt()), text(random), maybe(random),
            maybe(random), maybe(random), maybe(random), files, columns(random)));
    return new DatasetStatement("d" + text(random), files,
        random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextInt(1 << 30)),
        columns(random), croissant, time(random));
  }

  private static EvaluationStatement evaluation(Random random) {
    TreeMap<String, Double> metrics = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      metrics.put(text(random), random.nextGaussian() * Math.pow(10, random.nextInt(20) - 10));
    }
    return new EvaluationStatement(version(random), digest(random.nextInt()), text(random),
        sources(random, random.nextInt(3)), metrics, texts(random), texts(random), texts(random),
        time(random));
  }

  private static ApprovalStatement approval(Random random) {
    return new ApprovalStatement(text(random), version(random), digest(random.nextInt()),
        digest(random.nextInt()), EnvironmentName.of("e" + random.nextInt(9)),
        AccountId.of("account-" + random.nextInt(99)), text(random), time(random));
  }

  private static ModelVersionId version(Random random) {
    return ModelVersionId.parse("acme/m" + random.nextInt(9) + ":" + (1 + random.nextInt(99)));
  }

  private static List<DataSource> sources(Random random, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new DataSource(i + text(random), digest(random.nextInt())))
        .toList();
  }

  private static List<DataColumn> columns(Random random) {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(i -> new DataColumn("c" + text(random), text(random)))
        .toList();
  }

  private static List<String> texts(Random random) {
    return IntStream.range(0, random.nextInt(3)).mapToObj(i -> text(random)).toList();
  }

  private static Optional<String> maybe(Random random) {
    return random.nextBoolean() ? Optional.of(text(random)) : Optional.empty();
  }

  private static String text(Random random) {
    List<String> parts = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      parts
          .add(List.of("a", "größe", " ", "\"", "\\", "\n", "/", "𝔘", "7").get(random.nextInt(9)));
    }
    return String.join("", parts);
  }

  private static Instant time(Random random) {
    return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
  }

  private static Digest digest(int of) {
    return Digest.sha256(Integer.toString(of).getBytes(UTF_8));
  }

  private static Random random() {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.out.println("-Dmodelledger.seed=" + seed);
    return new Random(seed);
  }
}

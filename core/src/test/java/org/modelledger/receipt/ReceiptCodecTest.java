package org.modelledger.receipt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.modelledger.evidence.CanonicalTensors;
import org.modelledger.evidence.Salt;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelVersionId;

class ReceiptCodecTest {
  private static final long SEED = Long.getLong("modelledger.seed",
      new Random().nextLong(1_000_000));

  private static JsonNode vectors() throws IOException {
    try (InputStream in = requireNonNull(
        ReceiptCodecTest.class.getResourceAsStream("vectors.json"))) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static byte[] hex(JsonNode node, String name) {
    return HexFormat.of().parseHex(node.get(name).asText());
  }

  @TestFactory
  Stream<DynamicTest> readsAndWritesWhatAnotherEncoderWrote() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : vectors().get("valid")) {
      tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> {
        ReceiptEntry entry = ReceiptEntry.decode(hex(vector, "hex"));
        assertThat(entry.encode()).isEqualTo(hex(vector, "hex"));
        assertThat(entry.leafHash().hex()).isEqualTo(vector.get("leafHash").asText());
        assertFields(entry, vector.get("fields"));
      }));
    }
    assertThat(tests).hasSizeGreaterThan(10);
    return tests.stream();
  }

  private static void assertFields(ReceiptEntry entry, JsonNode fields) {
    assertThat(entry.session().toString().replace("-", ""))
        .isEqualTo(fields.get("session").asText());
    assertThat(entry.sequence()).isEqualTo(fields.get("sequence").asLong());
    assertThat(ChronoUnit.MICROS.between(Instant.EPOCH, entry.time()))
        .isEqualTo(fields.get("timeMicros").asLong());
    assertThat(entry.version().model().value()).isEqualTo(fields.get("model").asText());
    assertThat(entry.version().number()).isEqualTo(fields.get("version").asLong());
    assertThat(entry.artifact().hex()).isEqualTo(fields.get("artifact").asText());
    switch (entry) {
      case Receipt receipt -> {
        assertThat(fields.get("kind").asText()).isEqualTo("inference");
        assertThat(receipt.engine()).isEqualTo(new EngineInfo(fields.get("engineName").asText(),
            fields.get("engineVersion").asText(), fields.get("device").asText(),
            fields.get("threads").asInt()));
        assertThat(receipt.determinism().word()).isEqualTo(fields.get("determinism").asText());
        assertThat(receipt.input().toString()).isEqualTo(fields.get("input").asText());
        assertThat(receipt.output().toString()).isEqualTo(fields.get("output").asText());
        assertThat(receipt.attributes()).hasSize(fields.get("attributes").size());
        receipt.attributes()
            .forEach((name, commitment) -> assertThat(commitment.toString())
                .isEqualTo(fields.get("attributes").get(name).asText()));
      }
      case Gap gap -> {
        assertThat(fields.get("kind").asText()).isEqualTo("gap");
        assertThat(gap.count()).isEqualTo(fields.get("count").asLong());
        assertThat(gap.reason().word()).isEqualTo(fields.get("reason").asText());
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> refuses() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : vectors().get("invalid")) {
      tests.add(DynamicTest.dynamicTest(vector.get("name").asText(),
          () -> assertThatThrownBy(() -> ReceiptEntry.decode(hex(vector, "hex")))
              .isInstanceOf(ModelFormatException.class)
              .hasMessageStartingWith("receipt ")));
    }
    assertThat(tests).hasSizeGreaterThan(30);
    return tests.stream();
  }

  @Test
  void commitsAsTheVectorsSay() throws IOException {
    int tensors = 0;
    for (JsonNode vector : vectors().get("commitments")) {
      Salt salt = Salt.of(hex(vector, "salt"));
      byte[] content = hex(vector, "hex");
      Commitment commitment;
      if (vector.get("content").asText().equals("tensors")) {
        commitment = Commitment.to(CanonicalTensors.read(content), salt);
        tensors++;
      } else {
        commitment = Commitment.to(new String(content, StandardCharsets.UTF_8), salt);
      }
      assertThat(commitment.toString()).isEqualTo(vector.get("commitment").asText());
    }
    assertThat(tensors).isEqualTo(2);
  }

  @Test
  void everyReceiptSurvivesTheRoundTrip() {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      Receipt receipt = random(random);
      assertThat(ReceiptEntry.decode(receipt.encode())).as("seed %s", SEED).isEqualTo(receipt);
    }
  }

  @Test
  void aChangedByteIsRefusedOrIsAnotherReceipt() {
    Random random = new Random(SEED);
    for (int i = 0; i < 2000; i++) {
      Receipt receipt = random(random);
      byte[] leaf = receipt.encode();
      leaf[random.nextInt(leaf.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        ReceiptEntry other = ReceiptEntry.decode(leaf);
        assertThat(other).as("seed %s", SEED).isNotEqualTo(receipt);
        assertThat(other.encode()).isEqualTo(leaf);
      } catch (ModelFormatException e) {
        assertThat(e).hasMessageStartingWith("receipt ");
      }
    }
  }

  @Test
  void refusesWhatNoReceiptCanSay() {
    Receipt good = random(new Random(SEED));
    EngineInfo engine = good.engine();
    assertThatThrownBy(() -> new Receipt(good.session(), -1, good.time(), good.version(),
        good.artifact(), engine, Determinism.NONE, good.input(), good.output(),
        new TreeMap<>())).hasMessageContaining("counts from 0, not -1");
    assertThatThrownBy(() -> new Receipt(good.session(), 0, Instant.EPOCH.minusNanos(1),
        good.version(), good.artifact(), engine, Determinism.NONE, good.input(),
        good.output(), new TreeMap<>())).hasMessageContaining("1970 to 9999");
    assertThatThrownBy(() -> new Receipt(good.session(), 0, good.time(), good.version(),
        good.artifact(), new EngineInfo("exact", "1", "c".repeat(256), 1), Determinism.NONE,
        good.input(), good.output(), new TreeMap<>()))
        .hasMessageContaining("engine device has 1 to 255 bytes");
    TreeMap<String, Commitment> many = new TreeMap<>();
    for (int i = 0; i < 33; i++) {
      many.put("a" + i, good.input());
    }
    assertThatThrownBy(() -> new Receipt(good.session(), 0, good.time(), good.version(),
        good.artifact(), engine, Determinism.NONE, good.input(), good.output(), many))
        .hasMessageContaining("at most 32 attributes, not 33");
    assertThatThrownBy(() -> new Gap(good.session(), 0, good.time(), good.version(),
        good.artifact(), 0, Gap.Reason.LOG_FAILED)).hasMessageContaining("at least 1 inference");
  }

  @Test
  void theLargestReceiptFitsIntoALog() {
    Random random = new Random(SEED);
    Commitment commitment = new Commitment(digest(random));
    TreeMap<String, Commitment> attributes = new TreeMap<>();
    for (int i = 0; i < Receipt.MAX_ATTRIBUTES; i++) {
      attributes.put("n".repeat(126) + (10 + i), commitment);
    }
    Receipt largest = new Receipt(SessionId.random(), Long.MAX_VALUE,
        Instant.parse("9999-12-31T23:59:59.999999Z"),
        ModelVersionId.parse("m".repeat(128) + ":999999999999999999"), digest(random),
        new EngineInfo("e".repeat(255), "v".repeat(255), "d".repeat(255), Integer.MAX_VALUE),
        Determinism.tolerance(Double.MIN_VALUE), commitment,
        commitment, attributes);
    assertThat(largest.encode()).hasSizeLessThan(65_535);
    assertThat(ReceiptEntry.decode(largest.encode())).isEqualTo(largest);
  }

  private static Digest digest(Random random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Digest.of(bytes);
  }

  private static String text(Random random, int max) {
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(max);
    for (int i = 0; i < length; i++) {
      text.append("abcxyz09 -_äß€".charAt(random.nextInt(14)));
    }
    return text.toString();
  }

  private static Receipt random(Random random) {
    TreeMap<String, Commitment> attributes = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      attributes.put(text(random, 40), new Commitment(digest(random)));
    }
    Determinism determinism = switch (random.nextInt(4)) {
      case 0 -> Determinism.BIT_EXACT;
      case 1 -> Determinism.PROBED;
      case 2 -> Determinism.NONE;
      default -> Determinism.tolerance(random.nextDouble() + 1e-12);
    };
    return new Receipt(new SessionId(new UUID(random.nextLong(), random.nextLong())),
        random.nextLong(Long.MAX_VALUE),
        Instant.ofEpochSecond(random.nextLong(253_402_300_800L), random.nextInt(1_000_000_000)),
        ModelVersionId.parse("acme/m" + random.nextInt(1000) + ":" + (1 + random.nextInt(1000))),
        digest(random), new EngineInfo(text(random, 80), text(random, 80), text(random, 80),
            1 + random.nextInt(Integer.MAX_VALUE)),
        determinism,
        new Commitment(digest(random)), new Commitment(digest(random)), attributes);
  }
}

package org.modelledger.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.internal.cbor.CborWriter;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;
import org.modelledger.tlog.NoteSigner;

class ReceiptTemplateTest {
  private static final long SEED = Long.getLong("modelledger.seed",
      new Random().nextLong(1_000_000));

  @TempDir
  Path dir;

  @Test
  void writesTheVeryBytesOfTheGeneralEncoder() {
    Random random = new Random(SEED);
    try (ReceiptLog log = ReceiptLog.open(dir.resolve("receipts"),
        NoteSigner.generate("acme.example/receipts", new SecureRandom()), dir.resolve("evidence"),
        LocalKeys.readOrCreate(dir.resolve("evidence.keyset")),
        ReceiptOptions.builder().build())) {
      for (int i = 0; i < 2000; i++) {
        ReceiptSession session = session(log, random);
        long sequence = number(random);
        long micros = Math.min(number(random), 253_402_300_799_999_999L);
        Commitment input = commitment(random);
        Commitment output = commitment(random);
        TreeMap<String, Commitment> attributes = new TreeMap<>();
        for (int k = random.nextInt(5); k > 0; k--) {
          attributes.put(text(random, 1 + random.nextInt(40)), commitment(random));
        }
        Receipt receipt = session.receipt(sequence, Instant.EPOCH.plusNanos(0)
            .plusSeconds(micros / 1_000_000)
            .plusNanos(micros % 1_000_000 * 1000), input, output, attributes);

        CborWriter out = new CborWriter(random.nextInt(400));
        session.template().begin(out, sequence, micros, !attributes.isEmpty());
        var unused = out.number(ReceiptCodec.INPUT).bytes(input.digest().bytes());
        unused = out.number(ReceiptCodec.OUTPUT).bytes(output.digest().bytes());
        if (!attributes.isEmpty()) {
          unused = out.number(ReceiptCodec.ATTRIBUTES)
              .map(attributes, (to, commitment) -> to.bytes(commitment.digest().bytes()));
        }
        session.template().end(out);
        assertThat(out.toByteArray()).as("seed %s", SEED).isEqualTo(receipt.encode());
        session.close();
      }
    }
  }

  private static ReceiptSession session(ReceiptLog log, Random random) {
    Determinism determinism = random.nextBoolean()
        ? Determinism.PROBED
        : Determinism.tolerance(random.nextDouble() + 1e-9);
    return log.session(
        ModelVersionId
            .parse("m".repeat(1 + random.nextInt(128)) + ":" + (1 + random.nextInt(70_000))),
        commitment(random).digest(),
        new EngineInfo(text(random, 1 + random.nextInt(70)), text(random, 1 + random.nextInt(70)),
            text(random, 1 + random.nextInt(70)),
            1 + (random.nextInt(Integer.MAX_VALUE) >> random.nextInt(31))),
        determinism);
  }

  /** Numbers of all lengths, with those where the encoding gets longer. */
  private static long number(Random random) {
    long edge = 1L << random.nextInt(63);
    return switch (random.nextInt(4)) {
      case 0 -> edge;
      case 1 -> edge - 1;
      case 2 -> random.nextInt(30);
      default -> random.nextLong(edge);
    };
  }

  private static Commitment commitment(Random random) {
    byte[] bytes = new byte[Digest.BYTES];
    random.nextBytes(bytes);
    return new Commitment(Digest.of(bytes));
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("abcxyz09 -_äß€".charAt(random.nextInt(14)));
    }
    return text.toString();
  }

  @Test
  void textsOfAMapComeInTheOrderOfTheirEncodings() {
    CborWriter out = new CborWriter(0);
    var unused = out.map(Map.of("b", "1", "aa", "2", "a", "3"), CborWriter::text);
    assertThat(out.toByteArray()).asHexString().isEqualTo("A36161613361626131626161" + "6132");
  }
}

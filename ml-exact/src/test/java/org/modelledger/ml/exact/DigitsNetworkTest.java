package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.modelledger.model.Digest;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;

/**
 * Holds a network for the digits, 64-16-10, to the files that were written down once: the network, and
 * what it answers to the held-out rows. A reader in Python and the contract read them too.
 */
class DigitsNetworkTest {

  @Test
  void trainingAndExportingAgainGivesTheSameNetwork() throws IOException, InterruptedException {
    assertThat(Digest.sha256(export().network().bytes()))
        .isEqualTo(Digest.sha256(resource("digits-64-16-10.int8")));
  }

  @Test
  void answersAreThoseThatAreWrittenDown() throws IOException {
    IntegerNetwork network = IntegerNetwork.read(resource("digits-64-16-10.int8"));
    assertThat(answers(network))
        .isEqualTo(new String(resource("digits-64-16-10.csv"), StandardCharsets.UTF_8));
  }

  static IntegerExport export() throws IOException, InterruptedException {
    try (Trainer trainer = ExactTrainerProvider.open(2, InstantSource.fixed(Instant.EPOCH))) {
      TrainedModel trained = trainer.train(new MlpSpec("pixels", "digit").hidden(16)
          .epochs(40)
          .adam(0.005)
          .inputScale(1.0 / 16)
          .seed(42)
          .toTrainingSpec(), Digits.read(false).dataset(), TrainingListener.NONE);
      return IntegerExporter.export(trained, Digits.read(false).dataset(),
          Digits.read(true).dataset());
    }
  }

  /** For each held-out row a line: the bytes in hexadecimal, the label, the scores. */
  static String answers(IntegerNetwork network) throws IOException {
    Digits digits = Digits.read(true);
    StringBuilder lines = new StringBuilder();
    for (int r = 0; r < digits.rows(); r++) {
      byte[] input = network.toBytes(digits.pixels().get(r));
      StringJoiner line = new StringJoiner(",");
      line.add(HexFormat.of().formatHex(input)).add(Long.toString(digits.labels().get(r)));
      for (int score : network.run(input)) {
        line.add(Integer.toString(score));
      }
      lines.append(line).append('\n');
    }
    return lines.toString();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = DigitsNetworkTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}

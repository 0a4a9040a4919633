package org.modelledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.modelledger.evidence.Retention;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** A small model on the embedded ledger, for tests of the whole. */
public final class Fixture {
  /** Long enough for a loaded machine; nothing waits that long unless it is broken. */
  public static final Duration LONG = Duration.ofMinutes(2);
  public static final String MODEL = "acme/points";

  private Fixture() {}

  public static String uri(Path dir) {
    return "local:" + dir.resolve("ledger");
  }

  public static ModelLedger.Builder builder(Path dir) {
    return ModelLedger.builder(uri(dir)).retention(Retention.FULL);
  }

  /** Points on two sides of a line. */
  public static Dataset points() {
    int rows = 40;
    float[] features = new float[rows * 2];
    long[] labels = new long[rows];
    for (int i = 0; i < rows; i++) {
      features[2 * i] = (i % 7) - 3;
      features[2 * i + 1] = (i % 5) - 2;
      labels[i] = features[2 * i] + features[2 * i + 1] > 0 ? 1 : 0;
    }
    return Dataset.of("points", Tensors.of("features", Tensor.of(features, rows, 2), "label",
        Tensor.of(labels, rows)));
  }

  public static TrainedModel train(ModelLedger ledger, long seed) throws InterruptedException {
    TrainingSpec spec = TrainingSpec.builder("softmax-regression")
        .seed(seed)
        .parameter("epochs", 3)
        .build();
    return ledger.trainer("exact").train(spec, points(), TrainingListener.NONE);
  }

  public static ModelVersion registered(ModelLedger ledger) throws InterruptedException {
    return ledger.register(MODEL, train(ledger, 1));
  }

  /** Registers and deploys, as {@code acme/points@production}. */
  public static ModelVersion deployed(ModelLedger ledger) throws InterruptedException {
    ModelVersion version = registered(ledger);
    var unused = ledger.deploy(version, "production");
    return version;
  }

  public static Tensors input(float x, float y) {
    return Tensors.of("features", Tensor.of(new float[]{x, y}, 1, 2));
  }

  /** Flips a bit in the middle of a file. */
  public static void flip(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ,
        StandardOpenOption.WRITE)) {
      long middle = channel.size() / 2;
      ByteBuffer one = ByteBuffer.allocate(1);
      int unused = channel.read(one, middle);
      one.put(0, (byte) (one.get(0) ^ 1));
      unused = channel.write(one.flip(), middle);
    }
  }

  /**
   * Returns the largest file below a directory: in a log the newest bundle, since partial ones of
   * older checkpoints lie beside it until the full one is there.
   */
  public static Path largestFile(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile)
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }
}

package org.modelledger.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainingSpec;

/**
 * The handwritten digits of the examples, and the network that all sides train on them: 64-128-64-10
 * with ReLU, cross entropy, Adam at 0.001, batches of 32, float32. Every fifth row is held out.
 */
final class Digits {
  static final int PIXELS = 64;
  static final List<Integer> HIDDEN = List.of(128, 64);
  static final int CLASSES = 10;
  static final int BATCH = 32;
  static final float LEARNING_RATE = 1e-3f;
  static final int SEED = 42;

  private static final String TABLE = "/org/modelledger/examples/digits/digits.csv.gz";
  private static final int BRIGHTEST = 16;
  private static final int HELD_OUT = 5;

  private final float[] pixels;
  private final long[] labels;

  private Digits(float[] pixels, long[] labels) {
    this.pixels = pixels;
    this.labels = labels;
  }

  static Digits load() throws IOException {
    try (InputStream table = Digits.class.getResourceAsStream(TABLE)) {
      if (table == null) {
        throw new IOException(TABLE + " is missing from the class path; bench/pom.xml takes it from"
            + " examples/");
      }
      byte[] text = new GZIPInputStream(table).readAllBytes();
      float[][] rows = new String(text, StandardCharsets.US_ASCII).lines()
          .map(Digits::row)
          .toArray(float[][]::new);
      Digits digits = new Digits(new float[rows.length * PIXELS], new long[rows.length]);
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(rows[i], 0, digits.pixels, i * PIXELS, PIXELS);
        digits.labels[i] = (long) rows[i][PIXELS];
      }
      return digits;
    }
  }

  private static float[] row(String line) {
    String[] cells = line.split(",", -1);
    float[] row = new float[cells.length];
    for (int i = 0; i < cells.length; i++) {
      row[i] = Float.parseFloat(cells[i]);
    }
    return row;
  }

  /** What makes this network of them in ml-exact, in float32 as everywhere else. */
  static TrainingSpec exactSpec(int epochs) {
    return spec(epochs).parameter("precision", "float32").build();
  }

  /** What makes this network of them by a runtime whose numbers are float32 anyway. */
  static TrainingSpec float32Spec(int epochs) {
    return spec(epochs).build();
  }

  private static TrainingSpec.Builder spec(int epochs) {
    return TrainingSpec.builder("mlp")
        .features("pixels")
        .target("label")
        .seed(SEED)
        .parameter("hidden", "128,64")
        .parameter("activation", "relu")
        .parameter("optimizer", "adam")
        .parameter("learningRate", LEARNING_RATE)
        .parameter("batchSize", BATCH)
        .parameter("epochs", epochs)
        .parameter("classes", CLASSES)
        .parameter("inputScale", 1.0 / BRIGHTEST);
  }

  /** Returns the numbers of the rows to learn from. */
  int[] training() {
    return IntStream.range(0, labels.length).filter(row -> row % HELD_OUT != 0).toArray();
  }

  /** Returns the numbers of the rows that are held out. */
  int[] heldOut() {
    return IntStream.range(0, labels.length).filter(row -> row % HELD_OUT == 0).toArray();
  }

  /** A batch: some rows of an order. */
  interface Step {
    void take(int[] order, int from, int rows);
  }

  /** A network that one of the runtimes has trained by hand. */
  interface Trained extends AutoCloseable {
    /** Returns the share of the held-out rows that it gets right. */
    double accuracy(Digits digits);

    @Override
    void close();
  }

  /** Goes through the training rows, in a new order each time, batch by batch. */
  void train(int epochs, Step step) {
    int[] order = training();
    Random random = new Random(SEED);
    for (int epoch = 0; epoch < epochs; epoch++) {
      shuffle(order, random);
      for (int from = 0; from < order.length; from += BATCH) {
        step.take(order, from, Math.min(BATCH, order.length - from));
      }
    }
  }

  private static void shuffle(int[] order, Random random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  /** Returns rows as a model takes them: the tensor {@code pixels}, from 0 to 16. */
  Tensors inputs(int[] rows) {
    float[] chosen = new float[rows.length * PIXELS];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(pixels, rows[i] * PIXELS, chosen, i * PIXELS, PIXELS);
    }
    return Tensors.of("pixels", Tensor.of(chosen, rows.length, PIXELS));
  }

  /** Returns rows as the columns {@code pixels}, from 0 to 16, and {@code label}. */
  Dataset dataset(int[] rows) {
    long[] digits = Arrays.stream(rows).mapToLong(row -> labels[row]).toArray();
    return Dataset.of("digits", Tensors.of("pixels", inputs(rows).get("pixels"), "label",
        Tensor.of(digits, rows.length)));
  }

  /** Puts rows, with pixels from 0 to 1, where a runtime takes them from. */
  void copy(int[] rows, int from, int count, float[] scaled, float[] chosenLabels) {
    for (int i = 0; i < count; i++) {
      int row = rows[from + i];
      for (int j = 0; j < PIXELS; j++) {
        scaled[i * PIXELS + j] = pixels[row * PIXELS + j] / BRIGHTEST;
      }
      chosenLabels[i] = labels[row];
    }
  }

  /** Returns the share of rows whose greatest score is that of their label. */
  double accuracy(float[] scores, int[] rows) {
    int right = 0;
    for (int i = 0; i < rows.length; i++) {
      int best = 0;
      for (int digit = 1; digit < CLASSES; digit++) {
        if (scores[i * CLASSES + digit] > scores[i * CLASSES + best]) {
          best = digit;
        }
      }
      right += best == labels[rows[i]] ? 1 : 0;
    }
    return (double) right / rows.length;
  }
}

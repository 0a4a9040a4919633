package org.modelledger.bench.boosting;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;

/**
 * Rows with two labels, from a seed: numbers of which two thirds say something of the label, alone, in
 * pairs and by where they are, every 50th of them missing.
 */
final class BoostingRows {
  private static final int MISSING_ONE_OF = 50;

  private final int features;
  private final float[] numbers;
  private final float[] labels;

  private BoostingRows(int rows, int features) {
    this.features = features;
    this.numbers = new float[Math.multiplyExact(rows, features)];
    this.labels = new float[rows];
  }

  static BoostingRows of(int rows, int features, long seed) {
    BoostingRows made = new BoostingRows(rows, features);
    SplittableRandom random = new SplittableRandom(seed);
    float[] row = new float[features];
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < features; j++) {
        // some are bell-shaped, the others flat
        row[j] = (float) (j % 3 == 0
            ? random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5
            : 2 * random.nextDouble() - 1);
      }
      made.labels[r] = random.nextDouble() < 1 / (1 + Math.exp(-odds(row))) ? 1 : 0;
      for (int j = 0; j < features; j++) {
        made.numbers[r * features + j] = random.nextInt(MISSING_ONE_OF) == 0 ? Float.NaN : row[j];
      }
    }
    return made;
  }

  /** Returns the logarithm of the odds of label 1. */
  private static double odds(float[] row) {
    double odds = 0;
    int telling = row.length * 2 / 3;
    for (int j = 0; j < telling; j++) {
      odds += switch (j % 4) {
        case 0 -> row[j];
        case 1 -> 2 * row[j] * row[j - 1];
        case 2 -> row[j] > 0.3 ? 1 : -0.5;
        default -> 1.5 * Math.abs(row[j]) - 0.75;
      };
    }
    return odds;
  }

  int rows() {
    return labels.length;
  }

  int features() {
    return features;
  }

  /** Returns the numbers, row by row; not a copy. */
  float[] numbers() {
    return numbers;
  }

  /** Returns the labels; not a copy. */
  float[] labels() {
    return labels;
  }

  /** Returns them as columns {@code x} and {@code y}. */
  Dataset dataset() {
    return Dataset.of("rows", Tensors.of("x", Tensor.of(numbers, rows(), features), "y",
        Tensor.of(labels, rows())));
  }

  /**
   * Returns how likely a row of label 1 scores higher than one of label 0: the area beneath the curve of
   * Hanley and McNeil 1982, equal scores counting half.
   *
   * @param scores one for each row
   */
  double areaUnderCurve(double[] scores) {
    int[] order = IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> scores[i]))
        .mapToInt(Integer::intValue)
        .toArray();
    double pairs = 0;
    double zeros = 0;
    int from = 0;
    while (from < order.length) {
      int to = from;
      double zerosHere = 0;
      while (to < order.length && scores[order[to]] == scores[order[from]]) {
        zerosHere += 1 - labels[order[to++]];
      }
      pairs += (to - from - zerosHere) * (zeros + zerosHere / 2);
      zeros += zerosHere;
      from = to;
    }
    return pairs / (zeros * (labels.length - zeros));
  }
}

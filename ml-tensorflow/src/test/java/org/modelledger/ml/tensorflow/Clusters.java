package org.modelledger.ml.tensorflow;

import java.util.SplittableRandom;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;

/** Points around a few centres, with the number of the centre. */
final class Clusters {
  static final int WIDTH = 5;
  static final int CLASSES = 3;

  private Clusters() {}

  static Dataset of(int rows, long seed) {
    return Dataset.of("clusters",
        Tensors.of("x", features(rows, seed), "y", Tensor.of(labels(rows), rows)));
  }

  static Tensor features(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] numbers = new float[rows * WIDTH];
    for (int i = 0; i < numbers.length; i++) {
      int label = i / WIDTH % CLASSES;
      numbers[i] = (float) (random.nextDouble() + (i % WIDTH == label ? 1 : 0));
    }
    return Tensor.of(numbers, rows, WIDTH);
  }

  private static long[] labels(int rows) {
    long[] labels = new long[rows];
    for (int r = 0; r < rows; r++) {
      labels[r] = r % CLASSES;
    }
    return labels;
  }
}

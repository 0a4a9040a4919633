package org.modelledger.ml.djl;

import java.util.SplittableRandom;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;

/** Made-up rows that lie around a centre for each label. */
final class Clusters {
  private Clusters() {}

  static Dataset of(int rows, int features, int classes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] centres = new double[classes * features];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = 4 * random.nextDouble() - 2;
    }
    float[] elements = new float[rows * features];
    long[] labels = new long[rows];
    for (int r = 0; r < rows; r++) {
      int label = random.nextInt(classes);
      labels[r] = label;
      for (int j = 0; j < features; j++) {
        elements[r * features + j] = (float) (centres[label * features + j] + random.nextDouble()
            - 0.5);
      }
    }
    return Dataset.of("clusters", Tensors.of("x", Tensor.of(elements, rows, features), "y",
        Tensor.of(labels, rows)));
  }
}

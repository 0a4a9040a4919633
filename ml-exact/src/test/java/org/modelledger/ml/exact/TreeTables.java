package org.modelledger.ml.exact;

import java.time.Instant;
import java.time.InstantSource;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Made-up tables for trees. */
final class TreeTables {
  private TreeTables() {}

  /** What a table is to have. */
  record Shape(int rows, int features, boolean float64, double missing, int categories) {
    static Shape of(int rows, int features) {
      return new Shape(rows, features, false, 0, 0);
    }

    Shape doubles() {
      return new Shape(rows, features, true, missing, categories);
    }

    /** Leaves out a share of the numbers. */
    Shape missing(double share) {
      return new Shape(rows, features, float64, share, categories);
    }

    /** Makes the last feature one of so many categories. */
    Shape categories(int count) {
      return new Shape(rows, features, float64, missing, count);
    }
  }

  /** A column of features, "x", and what follows from it with some noise, "y". */
  static final class Made {
    private final Dataset data;
    private final double[] x;
    private final double[] y;

    private Made(Dataset data, double[] x, double[] y) {
      this.data = data;
      this.x = x;
      this.y = y;
    }

    Dataset data() {
      return data;
    }

    double[] x() {
      return x;
    }

    double[] y() {
      return y;
    }
  }

  /** Targets are numbers if there are no classes. */
  static Made make(Shape shape, int classes, long seed) {
    Xoshiro256 random = Xoshiro256.seeded(seed, 99);
    double[] x = new double[shape.rows * shape.features];
    double[] y = new double[shape.rows];
    double[] ofCategory = new double[Math.max(1, shape.categories)];
    for (int i = 0; i < ofCategory.length; i++) {
      ofCategory[i] = 4 * random.nextDouble() - 2;
    }
    for (int r = 0; r < shape.rows; r++) {
      double sum = 0;
      for (int j = 0; j < shape.features; j++) {
        double value = 2 * random.nextDouble() - 1;
        // some features have few values, one is constant
        if (j % 3 == 1) {
          value = (int) (4 * value);
        }
        if (j == 5) {
          value = 7;
        }
        if (j == shape.features - 1 && shape.categories > 0) {
          int category = random.nextInt(shape.categories);
          value = 3 * category - 4;
          sum += ofCategory[category];
        } else {
          sum += j % 2 == 0 ? 2 * value * value : value / (1 + j);
        }
        if (random.nextDouble() < shape.missing) {
          value = Double.NaN;
          sum += j == 0 ? 1 : 0;
        }
        x[r * shape.features + j] = shape.float64 ? value : (float) value;
      }
      double noisy = sum + random.nextDouble() - 0.5;
      y[r] = classes == 0 ? noisy : Math.max(0, Math.min(classes - 1, (int) (noisy * 1.5)));
    }
    Tensor features = shape.float64
        ? Tensor.of(x, shape.rows, shape.features)
        : Tensor.of(floats(x), shape.rows, shape.features);
    return new Made(Dataset.of("made up", Tensors.of("x", features, "y", Tensor.of(y, shape.rows))),
        x, y);
  }

  static float[] floats(double[] doubles) {
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  static TrainedModel train(TrainingSpec spec, Dataset data) throws InterruptedException {
    return train(spec, data, 2);
  }

  static TrainedModel train(TrainingSpec spec, Dataset data, int threads)
      throws InterruptedException {
    try (Trainer trainer = ExactTrainerProvider.open(threads, InstantSource.fixed(Instant.EPOCH))) {
      return trainer.train(spec, data, TrainingListener.NONE);
    }
  }
}

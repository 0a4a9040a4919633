package org.modelledger.ml.exact;

import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;

/** Made-up tables with numbers to predict. */
final class LinearData {
  final double[][] x;
  final double[] y;

  LinearData(double[][] x, double[] y) {
    this.x = x;
    this.y = y;
  }

  /** Features that go together in part, on scales from 1 to 1000, every third of them of no use; and noise. */
  static LinearData of(int rows, int features, long seed) {
    Xoshiro256 random = Xoshiro256.seeded(seed, 99);
    double[] weights = new double[features];
    for (int j = 0; j < features; j++) {
      weights[j] = j % 3 == 2 ? 0 : 4 * random.nextDouble() - 2;
    }
    double[][] x = new double[rows][features];
    double[] y = new double[rows];
    for (int r = 0; r < rows; r++) {
      double common = random.nextDouble();
      y[r] = 3 + random.nextDouble();
      for (int j = 0; j < features; j++) {
        double scale = j % 4 == 3 ? 1000 : 1 + j;
        double value = random.nextDouble() + 0.7 * common;
        x[r][j] = scale * (value + 5);
        y[r] += weights[j] * value;
      }
    }
    return new LinearData(x, y);
  }

  int rows() {
    return y.length;
  }

  int features() {
    return x[0].length;
  }

  /** The same with every number of the features and every target multiplied. */
  LinearData times(double features, double targets) {
    double[][] scaled = new double[rows()][features()];
    double[] scaledTargets = new double[rows()];
    for (int r = 0; r < rows(); r++) {
      for (int j = 0; j < features(); j++) {
        scaled[r][j] = features * x[r][j];
      }
      scaledTargets[r] = targets * y[r];
    }
    return new LinearData(scaled, scaledTargets);
  }

  Tensor features(boolean float64) {
    double[] flat = new double[rows() * features()];
    float[] floats = new float[flat.length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = x[i / features()][i % features()];
      floats[i] = (float) flat[i];
    }
    return float64
        ? Tensor.of(flat, rows(), features())
        : Tensor.of(floats, rows(), features());
  }

  Dataset dataset(boolean float64) {
    return Dataset.of("numbers",
        Tensors.of("x", features(float64), "y", Tensor.of(y, rows())));
  }
}

package org.modelledger.ml.exact;

import java.util.List;
import java.util.Optional;

/**
 * What is done to every input before the first layer, in training and in the saved graph alike: minus
 * the mean, over the deviation, times the scale, each as far as wanted.
 *
 * @param standard the mean and deviation of each feature in the rows that are learned from
 * @param scale one number
 */
record Scaling<A>(Optional<Standard<A>> standard, Optional<A> scale) {

  /** Two numbers for each feature. */
  record Standard<A>(A mean, A deviation) {}

  static <A> Scaling<A> of(Kernels<A> kernels, Settings settings, Table<A> table, int[] learned,
      int width) {
    Optional<A> scale = Optional.empty();
    if (settings.inputScale() != 1) {
      A one = kernels.vector(1);
      kernels.set(one, 0, settings.inputScale());
      scale = Optional.of(one);
    }
    return new Scaling<>(
        settings.standardize()
            ? Optional.of(standard(kernels, table.rows(), learned, width))
            : Optional.empty(),
        scale);
  }

  static <A> Standard<A> standard(Kernels<A> kernels, List<A> rows, int[] learned,
      int width) {
    double[] sums = new double[width];
    for (int row : learned) {
      for (int j = 0; j < width; j++) {
        sums[j] += kernels.get(rows.get(row), j);
      }
    }
    A mean = kernels.vector(width);
    for (int j = 0; j < width; j++) {
      kernels.set(mean, j, sums[j] / learned.length);
    }
    double[] squares = new double[width];
    for (int row : learned) {
      for (int j = 0; j < width; j++) {
        double distance = kernels.get(rows.get(row), j) - kernels.get(mean, j);
        squares[j] += distance * distance;
      }
    }
    A deviation = kernels.vector(width);
    for (int j = 0; j < width; j++) {
      kernels.set(deviation, j, Math.sqrt(squares[j] / learned.length));
      // a feature that never changes
      if (kernels.get(deviation, j) == 0) {
        kernels.set(deviation, j, 1);
      }
    }
    return new Standard<>(mean, deviation);
  }

  void apply(Kernels<A> kernels, List<A> rows) {
    for (A row : rows) {
      standard.ifPresent(s -> {
        kernels.binary(Kernels.Binary.SUB, row, s.mean, row);
        kernels.binary(Kernels.Binary.DIV, row, s.deviation, row);
      });
      scale.ifPresent(s -> kernels.binary(Kernels.Binary.MUL, row, s, row));
    }
  }
}

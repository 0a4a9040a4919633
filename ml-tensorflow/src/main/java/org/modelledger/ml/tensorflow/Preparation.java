package org.modelledger.ml.tensorflow;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What is done to every row before the first layer, in training and in the saved model alike: minus the mean, over the
 * deviation, times the scale, each as far as wanted.
 *
 * @param standard the mean and deviation of each number in the rows that are learned from
 */
record Preparation(Optional<Standard> standard, float scale) {
  /** Two numbers for each number of a row. */
  static final class Standard {
    private final float[] mean;
    private final float[] deviation;

    private Standard(float[] mean, float[] deviation) {
      this.mean = mean;
      this.deviation = deviation;
    }
  }

  static Preparation of(Settings settings, Table table) {
    return new Preparation(
        settings.standardize() ? Optional.of(standard(table)) : Optional.empty(),
        (float) settings.inputScale());
  }

  private static Standard standard(Table table) {
    double[] sums = new double[table.width];
    for (int r = 0; r < table.size(); r++) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += table.row(r)[j];
      }
    }
    double[] squares = new double[table.width];
    for (int r = 0; r < table.size(); r++) {
      for (int j = 0; j < squares.length; j++) {
        double distance = table.row(r)[j] - sums[j] / table.size();
        squares[j] += distance * distance;
      }
    }
    float[] mean = new float[table.width];
    float[] deviation = new float[table.width];
    for (int j = 0; j < mean.length; j++) {
      mean[j] = (float) (sums[j] / table.size());
      deviation[j] = (float) Math.sqrt(squares[j] / table.size());
      if (deviation[j] == 0) {
        // a number that never changes
        deviation[j] = 1;
      }
    }
    return new Standard(mean, deviation);
  }

  /** Adds it to a graph. */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> rows) {
    Operand<TFloat32> x = rows;
    if (standard.isPresent()) {
      x = tf.math.sub(x, tf.constant(standard.get().mean));
      x = tf.math.div(x, tf.constant(standard.get().deviation));
    }
    return scale == 1 ? x : tf.math.mul(x, tf.constant(scale));
  }
}

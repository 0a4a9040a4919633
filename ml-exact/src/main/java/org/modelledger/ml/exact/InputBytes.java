package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;

/**
 * What the bytes of a network's input stand for.
 *
 * @param scales from bytes to numbers as they come
 * @param padding the byte that stands for 0, after what is done to a row first
 * @param step from one byte to the next, after that
 * @param least what byte 0 stands for, after that
 */
record InputBytes(List<ByteScale> scales, int padding, double step, double least) {

  /**
   * Chooses one step for all of an image, since filters are shared by all places, and such that 0, which is around an
   * image, is a byte.
   */
  static InputBytes ofImages(TrainedClassifier.Before before, List<double[]> rows) {
    double low = 0;
    double high = 0;
    double lowest = 0;
    double highest = 0;
    boolean whole = before.isOne();
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        double scaled = before.of(i, row[i]);
        low = Math.min(low, scaled);
        high = Math.max(high, scaled);
        lowest = Math.min(lowest, row[i]);
        highest = Math.max(highest, row[i]);
        whole &= row[i] == StrictMath.rint(row[i]);
      }
    }
    if (whole && highest - lowest <= ByteScale.GREATEST) {
      return new InputBytes(List.of(new ByteScale((float) lowest, 1)), (int) -lowest,
          before.scale, lowest * before.scale);
    }
    double step = high > low ? (high - low) / ByteScale.GREATEST : 1;
    int padding = (int) StrictMath.rint(-low / step);
    List<ByteScale> scales = new ArrayList<>();
    for (int i = 0; i < (before.isOne() ? 1 : rows.getFirst().length); i++) {
      double each = before.deviation(i) / before.scale * step;
      scales.add(new ByteScale((float) (before.mean(i) - each * padding), (float) each));
    }
    return new InputBytes(scales, padding, step, -step * padding);
  }

  /** Returns a layer of what is done to a row first as one that takes the bytes. */
  TrainedClassifier.Layer over(TrainedClassifier.Layer layer) {
    double[][] weights = new double[layer.weights.length][layer.biases.length];
    double[] biases = layer.biases.clone();
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < biases.length; j++) {
        weights[i][j] = layer.weights[i][j] * step;
        biases[j] += layer.weights[i][j] * least;
      }
    }
    return new TrainedClassifier.Layer(weights, biases);
  }
}

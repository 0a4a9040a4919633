package org.modelledger.ml.exact;

import java.util.SortedMap;

/**
 * How far probabilities can be taken at their word.
 *
 * @param loss the mean cross-entropy in nats; a probability below 2^-52 counts as that
 * @param brier the mean squared distance to what was the case (Brier, 1950): of the second class if there are
 *     two, added up over all classes if there are more
 * @param expectedCalibrationError the mean distance between the highest probability and how often its class is
 *     right, over 15 equal bins (Guo et al., "On Calibration of Modern Neural Networks", 2017)
 */
record Reliability(double loss, double brier, double expectedCalibrationError) {
  private static final int BINS = 15;
  private static final double SMALLEST = 0x1p-52;

  static Reliability of(Scores scores) {
    double loss = 0;
    double brier = 0;
    double[] sure = new double[BINS];
    int[] right = new int[BINS];
    int classes = scores.classes();
    for (int r = 0; r < scores.labels.length; r++) {
      double[] row = scores.scores[r];
      int label = scores.labels[r];
      loss -= StrictMath.log(Math.max(SMALLEST, row[label]));
      int best = 0;
      for (int k = 0; k < classes; k++) {
        double distance = row[k] - (k == label ? 1 : 0);
        brier += k == 0 && classes == 2 ? 0 : distance * distance;
        best = row[k] > row[best] ? k : best;
      }
      // bins are open below and closed above
      int bin = Math.max(0, (int) StrictMath.ceil(row[best] * BINS) - 1);
      sure[bin] += row[best];
      right[bin] += best == label ? 1 : 0;
    }
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(sure[bin] - right[bin]);
    }
    double rows = scores.labels.length;
    return new Reliability(loss / rows, brier / rows, error / rows);
  }

  void put(SortedMap<String, Double> metrics, String prefix) {
    metrics.put(prefix + "loss", loss);
    metrics.put(prefix + "brier", brier);
    metrics.put(prefix + "expectedCalibrationError", expectedCalibrationError);
  }
}

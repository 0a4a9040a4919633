package org.modelledger.ml.exact;

import java.util.List;

/**
 * The cross-entropy of a label, in nats: of two labels with the log-odds of the second for the only output,
 * of more with an output for each.
 */
final class LogisticLoss extends LinearLoss {
  private final List<Integer> labels;
  private final double[][] probabilities;

  LogisticLoss(Team team, Design design, List<Integer> labels, int classes) {
    super(team, design, outputs(classes));
    this.labels = labels;
    this.probabilities = new double[design.rows()][outputs(classes)];
  }

  static int outputs(int classes) {
    return classes == 2 ? 1 : classes;
  }

  @Override
  double loss(int row, double[] sums) {
    int label = labels.get(row);
    if (sums.length == 1) {
      double z = sums[0];
      double small = StrictMath.exp(-Math.abs(z));
      double probability = z >= 0 ? 1 / (1 + small) : small / (1 + small);
      probabilities[row][0] = probability;
      sums[0] = probability - label;
      return Math.max(z, 0) - label * z + StrictMath.log1p(small);
    }
    double loss = DoubleKernels.INSTANCE.softmaxCrossEntropy(sums, label, 1);
    double[] into = probabilities[row];
    System.arraycopy(sums, 0, into, 0, into.length);
    // the derivative is the probability but at the label
    into[label] = Math.max(0, 1 + sums[label]);
    return loss;
  }

  @Override
  double bend(int row, int k, int l) {
    double[] p = probabilities[row];
    return k == l ? p[k] * (1 - p[k]) : -p[k] * p[l];
  }
}

package org.modelledger.ml.exact;

/** Half the squared distance to a number. */
final class SquaredLoss extends LinearLoss {
  private final double[] targets;
  /** The same everywhere. */
  private final double[][] curvature;

  SquaredLoss(Team team, Design design, double[] targets) {
    super(team, design, 1);
    this.targets = targets;
    this.curvature = super.curvature();
  }

  @Override
  double loss(int row, double[] sums) {
    double distance = sums[0] - targets[row];
    sums[0] = distance;
    return 0.5 * distance * distance;
  }

  @Override
  double bend(int row, int k, int l) {
    return 1;
  }

  @Override
  public double[][] curvature() {
    double[][] copy = new double[curvature.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = curvature[i].clone();
    }
    return copy;
  }
}

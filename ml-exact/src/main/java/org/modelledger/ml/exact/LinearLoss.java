package org.modelledger.ml.exact;

import java.util.Arrays;

/**
 * The mean loss of a model that is linear in its features up to a last step, and its derivatives. Parameters
 * are, output by output, a weight for each feature and the intercept.
 */
abstract class LinearLoss implements ProximalNewton.Smooth {
  private final Team team;
  private final Design design;
  private final int outputs;
  private final double[] blockLoss;
  private final double[][][] blockGradient;
  private final double[][][] blockSums;
  private final double[][] weights;
  private final Gram gram;
  private final double[] share;

  LinearLoss(Team team, Design design, int outputs) {
    this.team = team;
    this.design = design;
    this.outputs = outputs;
    int blocks = design.blocks.size();
    this.blockLoss = new double[blocks];
    this.blockGradient = new double[blocks][design.features() + 1][outputs];
    this.blockSums = new double[blocks][][];
    for (int block = 0; block < blocks; block++) {
      blockSums[block] = new double[design.blocks.get(block).length][outputs];
    }
    this.weights = new double[design.features() + 1][outputs];
    this.gram = new Gram(team, design.x);
    this.share = new double[design.rows()];
  }

  /**
   * Turns the sums of a row into the derivatives of its loss by them, and keeps what {@link #bend} needs.
   *
   * @return the loss of the row
   */
  abstract double loss(int row, double[] sums);

  /** Returns the second derivative of a row's loss by two of its sums where it was evaluated last. */
  abstract double bend(int row, int k, int l);

  @Override
  public final double evaluate(double[] at, double[] gradient) {
    int size = design.features() + 1;
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < size; j++) {
        weights[j][k] = at[k * size + j];
      }
    }
    team.run(blockLoss.length, (block, worker) -> evaluate(block));
    double loss = 0;
    for (double part : blockLoss) {
      loss += part;
    }
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < size; j++) {
        double sum = 0;
        for (double[][] part : blockGradient) {
          sum += part[j][k];
        }
        gradient[k * size + j] = sum / design.rows();
      }
    }
    return loss / design.rows();
  }

  private void evaluate(int block) {
    double[][] x = design.blocks.get(block);
    double[][] sums = blockSums[block];
    for (double[] row : sums) {
      Arrays.fill(row, 0);
    }
    DoubleKernels.INSTANCE.addProduct(x, weights, sums, x.length);
    double loss = 0;
    int start = design.start(block);
    for (int r = 0; r < x.length; r++) {
      loss += loss(start + r, sums[r]);
    }
    blockLoss[block] = loss;
    for (double[] row : blockGradient[block]) {
      Arrays.fill(row, 0);
    }
    DoubleKernels.INSTANCE.addOuterProduct(x, sums, blockGradient[block], x.length);
  }

  @Override
  public double[][] curvature() {
    int size = design.features() + 1;
    double[][] curvature = new double[outputs * size][outputs * size];
    for (int k = 0; k < outputs; k++) {
      for (int l = k; l < outputs; l++) {
        for (int r = 0; r < share.length; r++) {
          share[r] = bend(r, k, l) / share.length;
        }
        gram.into(curvature, k * size, l * size, share);
        if (l > k) {
          for (int i = 0; i < size; i++) {
            System.arraycopy(curvature[k * size + i], l * size, curvature[l * size + i], k * size,
                size);
          }
        }
      }
    }
    return curvature;
  }
}

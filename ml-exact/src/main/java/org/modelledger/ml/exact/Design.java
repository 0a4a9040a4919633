package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;

/**
 * The features of all rows as the solvers take them: in float64, about their means, over their deviations if
 * wanted, and after them a 1 for the intercept.
 */
final class Design {
  private static final int MAX_BLOCKS = 64;
  private static final int MIN_BLOCK_ROWS = 64;
  /** As a share of its mean: a feature that changes by no more is one that rounding made change. */
  private static final double CONSTANT = 1e-13;

  /** Rows, one longer than there are features. */
  final double[][] x;
  /** The same rows, in blocks that depend on how many there are. */
  final List<double[][]> blocks;
  /** What was subtracted from each feature. */
  final double[] centre;
  /** The root of each feature's mean square as it is here; 1 where that is 0, and for the intercept. */
  final double[] units;

  Design(double[][] x, List<double[][]> blocks, double[] centre, double[] units) {
    this.x = x;
    this.blocks = blocks;
    this.centre = centre;
    this.units = units;
  }

  static <A> Design of(Kernels<A> kernels, List<A> rows, int width, Scaling.Standard<A> standard,
      boolean standardize) {
    double[] centre = new double[width];
    double[] deviation = new double[width];
    for (int j = 0; j < width; j++) {
      centre[j] = kernels.get(standard.mean(), j);
      deviation[j] = standardize ? kernels.get(standard.deviation(), j) : 1;
    }
    double[][] x = new double[rows.size()][width + 1];
    double[] squares = new double[width];
    for (int r = 0; r < x.length; r++) {
      A row = rows.get(r);
      for (int j = 0; j < width; j++) {
        double value = (kernels.get(row, j) - centre[j]) / deviation[j];
        x[r][j] = value;
        squares[j] += value * value;
      }
      x[r][width] = 1;
    }
    double[] units = new double[width + 1];
    units[width] = 1;
    for (int j = 0; j < width; j++) {
      units[j] = Math.sqrt(squares[j] / x.length);
      if (units[j] <= CONSTANT * Math.abs(centre[j] / deviation[j])) {
        units[j] = 1;
        for (double[] row : x) {
          row[j] = 0;
        }
      }
    }
    int blockRows = Math.max(MIN_BLOCK_ROWS, Math.ceilDiv(x.length, MAX_BLOCKS));
    double[][][] blocks = new double[Math.ceilDiv(x.length, blockRows)][][];
    for (int b = 0; b < blocks.length; b++) {
      blocks[b] = Arrays.copyOfRange(x, b * blockRows, Math.min(x.length, (b + 1) * blockRows));
    }
    return new Design(x, List.of(blocks), centre, units);
  }

  int features() {
    return centre.length;
  }

  int rows() {
    return x.length;
  }

  /** Returns the number of the first row of a block. */
  int start(int block) {
    return block * blocks.getFirst().length;
  }
}

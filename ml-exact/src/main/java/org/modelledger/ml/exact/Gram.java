package org.modelledger.ml.exact;

import java.util.Arrays;

/**
 * Weighted sums of outer products, Σ w·x·xᵀ over rows x.
 *
 * <p>Rows are cut into blocks by how many rows and columns there are; each block is summed row by row, and
 * blocks are added in their order.
 */
final class Gram {
  private static final int MAX_BLOCKS = 16;
  private static final int MIN_BLOCK_ROWS = 256;
  private static final int PARTIAL_NUMBERS = 1 << 22;
  private static final int TILE = 32;

  private final Team team;
  private final double[][] x;
  private final int columns;
  private final int blocks;
  private final int blockRows;
  private final int tiles;
  private final double[][][] partial;

  /** @param x rows, all as long */
  Gram(Team team, double[][] x) {
    this.team = team;
    this.x = x;
    this.columns = x[0].length;
    int bySize = Math.max(1, (int) (PARTIAL_NUMBERS / ((long) columns * columns)));
    int byRows = Math.max(1, x.length / MIN_BLOCK_ROWS);
    this.blockRows = Math.ceilDiv(x.length, Math.min(MAX_BLOCKS, Math.min(bySize, byRows)));
    this.blocks = Math.ceilDiv(x.length, blockRows);
    this.tiles = Math.ceilDiv(columns, TILE);
    this.partial = new double[blocks][columns][columns];
  }

  /**
   * Writes the whole, symmetric sum into a part of a matrix.
   *
   * @param weights one for each row
   * @param row where its first row goes
   * @param column where its first column goes
   */
  void into(double[][] sum, int row, int column, double[] weights) {
    team.run(blocks * tiles, (number, worker) -> tile(number / tiles, number % tiles, weights));
    for (int i = 0; i < columns; i++) {
      double[] into = sum[row + i];
      System.arraycopy(partial[0][i], i, into, column + i, columns - i);
      for (int block = 1; block < blocks; block++) {
        double[] from = partial[block][i];
        for (int j = i; j < columns; j++) {
          into[column + j] += from[j];
        }
      }
    }
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < i; j++) {
        sum[row + i][column + j] = sum[row + j][column + i];
      }
    }
  }

  private void tile(int block, int tile, double[] weights) {
    double[][] sums = partial[block];
    int first = tile * TILE;
    int last = Math.min(columns, first + TILE);
    for (int i = first; i < last; i++) {
      Arrays.fill(sums[i], 0);
    }
    int r = block * blockRows;
    int end = Math.min(x.length, r + blockRows);
    for (; r + 3 < end; r += 4) {
      double[] x0 = x[r];
      double[] x1 = x[r + 1];
      double[] x2 = x[r + 2];
      double[] x3 = x[r + 3];
      for (int i = first; i < last; i++) {
        add(weights[r] * x0[i], x0, weights[r + 1] * x1[i], x1, weights[r + 2] * x2[i], x2,
            weights[r + 3] * x3[i], x3, sums[i], i);
      }
    }
    for (; r < end; r++) {
      for (int i = first; i < last; i++) {
        add(weights[r] * x[r][i], x[r], sums[i], i);
      }
    }
  }

  private static void add(double a, double[] x0, double b, double[] x1, double c, double[] x2,
      double d, double[] x3, double[] sum, int from) {
    for (int j = from; j < sum.length; j++) {
      sum[j] = (((sum[j] + a * x0[j]) + b * x1[j]) + c * x2[j]) + d * x3[j];
    }
  }

  private static void add(double a, double[] x, double[] sum, int from) {
    for (int j = from; j < sum.length; j++) {
      sum[j] = sum[j] + a * x[j];
    }
  }
}

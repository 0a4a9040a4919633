package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;

/**
 * Rows among centres, in float64: which centre is the nearest, and where the rows of a centre lie on average.
 * Rows are held in blocks, feature by feature; sums are added block by block.
 */
final class Clustering {
  private static final int BLOCK_ROWS = 256;
  private static final int MAX_PARTS = 64;
  private static final int PARTIAL_NUMBERS = 1 << 22;

  private final Team team;
  private final int rows;
  private final int features;
  /** By block, feature and row. */
  private final double[][][] blocks;

  /** The nearest centre of each row, of equals the one with the lower number. */
  final int[] nearest;
  /** Each row's squared distance to it. */
  final double[] squares;

  <A> Clustering(Team team, Kernels<A> kernels, List<A> from, int features) {
    this.team = team;
    this.rows = from.size();
    this.features = features;
    this.blocks = new double[Math.ceilDiv(rows, BLOCK_ROWS)][features][];
    for (int b = 0; b < blocks.length; b++) {
      int first = b * BLOCK_ROWS;
      for (int j = 0; j < features; j++) {
        double[] column = new double[Math.min(BLOCK_ROWS, rows - first)];
        for (int r = 0; r < column.length; r++) {
          column[r] = kernels.get(from.get(first + r), j);
        }
        blocks[b][j] = column;
      }
    }
    this.nearest = new int[rows];
    this.squares = new double[rows];
  }

  double[] row(int row) {
    double[] values = new double[features];
    for (int j = 0; j < features; j++) {
      values[j] = blocks[row / BLOCK_ROWS][j][row % BLOCK_ROWS];
    }
    return values;
  }

  /** Forgets all centres. */
  void clear() {
    Arrays.fill(squares, Double.POSITIVE_INFINITY);
  }

  /**
   * Takes centres into account beside those before.
   *
   * @param first the number of the first one
   * @return the sum of the squared distances to the nearest centres
   */
  double nearest(double[][] centres, int first) {
    double[] sums = new double[blocks.length];
    team.run(blocks.length, (block, worker) -> {
      double[] distances = new double[blocks[block][0].length];
      for (int k = 0; k < centres.length; k++) {
        distances(blocks[block], centres[k], distances);
        for (int r = 0, row = block * BLOCK_ROWS; r < distances.length; r++, row++) {
          if (distances[r] < squares[row]) {
            squares[row] = distances[r];
            nearest[row] = first + k;
          }
        }
      }
      for (int r = 0, row = block * BLOCK_ROWS; r < distances.length; r++, row++) {
        sums[block] += squares[row];
      }
    });
    double sum = 0;
    for (double part : sums) {
      sum += part;
    }
    return sum;
  }

  private static void distances(double[][] block, double[] centre, double[] into) {
    Arrays.fill(into, 0);
    for (int j = 0; j < centre.length; j++) {
      add(block[j], centre[j], into);
    }
  }

  private static void add(double[] column, double centre, double[] into) {
    for (int r = 0; r < into.length; r++) {
      double distance = column[r] - centre;
      into[r] = into[r] + distance * distance;
    }
  }

  /**
   * Returns a row drawn with a probability in proportion to its squared distance; any row if all are 0.
   *
   * @param sum of the squared distances
   */
  int draw(double sum, Xoshiro256 random) {
    if (!(sum > 0)) {
      return random.nextInt(rows);
    }
    double left = random.nextDouble() * sum;
    int last = 0;
    for (int r = 0; r < rows; r++) {
      if (squares[r] > 0) {
        last = r;
        left -= squares[r];
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  /** Returns how many rows each centre has. */
  int[] counts(int centres) {
    int[] counts = new int[centres];
    for (int centre : nearest) {
      counts[centre]++;
    }
    return counts;
  }

  /** Moves each centre that has rows to their mean. */
  void move(double[][] centres, int[] counts) {
    int parts = (int) Math.max(1,
        Math.min(Math.min(MAX_PARTS, blocks.length),
            PARTIAL_NUMBERS / ((long) centres.length * features)));
    double[][][] sums = new double[parts][centres.length][features];
    int stride = Math.ceilDiv(blocks.length, sums.length);
    team.run(sums.length, (part, worker) -> {
      for (int b = part * stride; b < Math.min(blocks.length, (part + 1) * stride); b++) {
        for (int j = 0; j < features; j++) {
          double[] column = blocks[b][j];
          for (int r = 0; r < column.length; r++) {
            sums[part][nearest[b * BLOCK_ROWS + r]][j] += column[r];
          }
        }
      }
    });
    for (int k = 0; k < centres.length; k++) {
      for (int j = 0; counts[k] > 0 && j < features; j++) {
        double sum = 0;
        for (double[][] part : sums) {
          sum += part[k][j];
        }
        centres[k][j] = sum / counts[k];
      }
    }
  }

  /**
   * Gives each centre without rows the row that is furthest from its own, of equals the first one, unless that
   * row is alone there or lies on its centre.
   */
  void fill(int[] counts) {
    for (int k = 0; k < counts.length; k++) {
      if (counts[k] == 0) {
        int furthest = -1;
        for (int r = 0; r < rows; r++) {
          if (counts[nearest[r]] > 1 && squares[r] > (furthest < 0 ? 0 : squares[furthest])) {
            furthest = r;
          }
        }
        if (furthest >= 0) {
          counts[nearest[furthest]]--;
          counts[k]++;
          nearest[furthest] = k;
          squares[furthest] = 0;
        }
      }
    }
  }
}

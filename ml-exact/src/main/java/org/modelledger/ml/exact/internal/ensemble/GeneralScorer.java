package org.modelledger.ml.exact.internal.ensemble;

import java.util.Arrays;

/** Asks whatever nodes may ask, and aggregates in any way. */
final class GeneralScorer extends TreeScorer {
  GeneralScorer(TreeEnsemble trees, double[] base) {
    super(trees, base);
  }

  @Override
  public Scratch scratch() {
    return new Work();
  }

  private final class Work implements Scratch {
    private final boolean[] given = new boolean[trees.targets];
    private final double[] row = new double[trees.features];

    @Override
    public void score(float[][] rows, double[][] scores) {
      for (int r = 0; r < rows.length; r++) {
        for (int j = 0; j < row.length; j++) {
          row[j] = rows[r][j];
        }
        score(row, scores[r]);
      }
    }

    @Override
    public void score(double[][] rows, double[][] scores) {
      for (int r = 0; r < rows.length; r++) {
        score(rows[r], scores[r]);
      }
    }

    private void score(double[] values, double[] sums) {
      Arrays.fill(sums, 0);
      Arrays.fill(given, false);
      for (int tree = 0; tree < trees.trees(); tree++) {
        int leaf = trees.leaf(tree, values);
        for (int w = trees.weightStarts[leaf]; w < trees.weightStarts[leaf + 1]; w++) {
          int t = trees.target[w];
          double weight = trees.weight[w];
          sums[t] = switch (trees.aggregate) {
            case SUM, AVERAGE -> rounded(sums[t] + weight);
            case MIN -> given[t] ? Math.min(sums[t], weight) : weight;
            case MAX -> given[t] ? Math.max(sums[t], weight) : weight;
          };
          given[t] = true;
        }
      }
      finish(sums);
    }
  }
}

package org.modelledger.ml.exact.internal.ensemble;

/**
 * Adds up what the trees say of rows.
 *
 * <p>Of a target's weights the first is added to 0, then one by one the others: tree after tree in the order
 * of the file, of one leaf's weights as in the file; in float32 or float64, as the ensemble is. AVERAGE
 * divides the sum by the number of trees. Base values are added last. A row's sum is the same alone and in a
 * batch.
 */
public abstract class TreeScorer {
  final TreeEnsemble trees;
  private final double[] base;

  TreeScorer(TreeEnsemble trees, double[] base) {
    this.trees = trees;
    this.base = base;
  }

  /**
   * Returns a scorer.
   *
   * @param base one for each target, or none
   */
  public static TreeScorer of(TreeEnsemble trees, double[] base) {
    return ThresholdScorer.fits(trees)
        ? new ThresholdScorer(trees, base)
        : new GeneralScorer(trees, base);
  }

  /** What one call at a time works in. */
  public abstract Scratch scratch();

  /** Memory for one call at a time. */
  public interface Scratch {
    /**
     * Scores rows, in float32 values as they are.
     *
     * @param rows of at least as many elements as there are features
     * @param scores one row of as many elements as there are targets for each of them
     */
    void score(float[][] rows, double[][] scores);

    /** Scores rows; as the other, from float64. */
    void score(double[][] rows, double[][] scores);
  }

  /** Makes of sums what the ensemble says. */
  final void finish(double[] sums) {
    if (trees.aggregate == Aggregate.AVERAGE) {
      for (int t = 0; t < sums.length; t++) {
        sums[t] = rounded(sums[t] / trees.trees());
      }
    }
    for (int t = 0; t < base.length; t++) {
      sums[t] = rounded(sums[t] + base[t]);
    }
  }

  /** Two float32 added or divided in float64 and then rounded are what float32 gives. */
  final double rounded(double x) {
    return trees.float64 ? x : (float) x;
  }
}

package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The best probabilities that never fall, by pooling adjacent violators (Barlow et al., "Statistical Inference
 * under Order Restrictions", 1972). Between steps they rise in straight lines. None is more certain than the rows
 * allow: all lie from 1 / (n + 2) to 1 - 1 / (n + 2).
 *
 * @param first the probability before the first ramp
 * @param ramps from left to right, without overlap
 */
record IsotonicFit(double first, List<Ramp> ramps) {

  /**
   * A straight rise.
   *
   * @param from where it begins
   * @param to where it ends, above from
   * @param height above 0
   */
  record Ramp(double from, double to, double height) {}

  /** Rows that are pooled: from where to where, how many, and how many of them positive. */
  private record Pool(double from, double to, long rows, long positives) {
    Pool with(Pool next) {
      return new Pool(from, next.to, rows + next.rows, positives + next.positives);
    }

    boolean isAbove(Pool next) {
      return positives * next.rows >= next.positives * rows;
    }
  }

  /** @param positive one for each x */
  static IsotonicFit fit(double[] x, boolean[] positive) {
    Integer[] order = new Integer[x.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> x[i]));
    List<Pool> pools = new ArrayList<>();
    for (int at = 0; at < order.length;) {
      double value = x[order[at]];
      long rows = 0;
      long positives = 0;
      for (; at < order.length && x[order[at]] == value; at++) {
        rows++;
        positives += positive[order[at]] ? 1 : 0;
      }
      Pool pool = new Pool(value, value, rows, positives);
      while (!pools.isEmpty() && pools.getLast().isAbove(pool)) {
        pool = pools.removeLast().with(pool);
      }
      pools.add(pool);
    }
    double least = 1.0 / (x.length + 2);
    List<Ramp> ramps = new ArrayList<>();
    for (int i = 1; i < pools.size(); i++) {
      double height = probability(pools.get(i), least) - probability(pools.get(i - 1), least);
      if (height > 0) {
        ramps.add(new Ramp(pools.get(i - 1).to, pools.get(i).from, height));
      }
    }
    return new IsotonicFit(probability(pools.getFirst(), least), List.copyOf(ramps));
  }

  private static double probability(Pool pool, double least) {
    return Math.min(1 - least, Math.max(least, (double) pool.positives / pool.rows));
  }
}

package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Why a row was given its scores: for each score a base, which knows nothing of the row, and what each
 * feature added to it. In the units of the score; the base and all contributions together are the score.
 * Immutable.
 */
public final class Explanation {
  private final double[] base;
  private final double[][] contributions;
  private final double[] values;

  /** Takes over the arrays: {@code [output]}, {@code [output][feature]}, {@code [feature]}. */
  Explanation(double[] base, double[][] contributions, double[] values) {
    this.base = base;
    this.contributions = contributions;
    this.values = values;
  }

  /** What one feature did to one score. */
  public record Reason(int feature, double value, double contribution) {}

  /** Returns how many scores there are. */
  public int outputs() {
    return base.length;
  }

  /** Returns how many features there are. */
  public int features() {
    return values.length;
  }

  /** Returns what the score would be expected to be without knowing the row. */
  public double base(int output) {
    return base[output];
  }

  /** Returns what each feature added to a score. */
  public double[] contributions(int output) {
    return contributions[output].clone();
  }

  /** Returns the score: the base, and then the contributions, from the first feature to the last. */
  public double score(int output) {
    double score = base[output];
    for (double contribution : contributions[output]) {
      score += contribution;
    }
    return score;
  }

  /**
   * Returns the reasons that weigh most, whichever way, the greatest first and of equal ones the first
   * feature; those that did nothing are left out.
   *
   * @param n how many at most
   */
  public List<Reason> top(int output, int n) {
    return first(output, n, Comparator.comparingDouble(r -> -StrictMath.abs(r.contribution)), 0);
  }

  /** Returns the reasons that lowered a score most, such as what to tell someone who was declined. */
  public List<Reason> lowering(int output, int n) {
    return first(output, n, Comparator.comparingDouble(Reason::contribution), -1);
  }

  /** Returns the reasons that raised a score most. */
  public List<Reason> raising(int output, int n) {
    return first(output, n, Comparator.comparingDouble(r -> -r.contribution), 1);
  }

  private List<Reason> first(int output, int n, Comparator<Reason> order, int sign) {
    List<Reason> reasons = new ArrayList<>();
    for (int j = 0; j < values.length; j++) {
      double contribution = contributions[output][j];
      if (contribution != 0 && contribution * sign >= 0) {
        reasons.add(new Reason(j, values[j], contribution));
      }
    }
    reasons.sort(order);
    return List.copyOf(reasons.subList(0, Math.min(n, reasons.size())));
  }
}

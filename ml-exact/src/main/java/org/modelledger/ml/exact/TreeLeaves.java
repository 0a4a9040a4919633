package org.modelledger.ml.exact;

import java.util.List;

/**
 * The leaves of one tree in floating point, from left to right: of each one number for each target that the tree has
 * something to say of.
 */
final class TreeLeaves {
  final int firstTarget;
  final int width;
  final double[] values;

  TreeLeaves(int firstTarget, int width, double[] values) {
    this.firstTarget = firstTarget;
    this.width = width;
    this.values = values;
  }

  /** Returns the middle between the least and the greatest number for a target. */
  double middle(int of) {
    return least(of) / 2 + greatest(of) / 2;
  }

  /** Returns how far the numbers for a target are from their middle at most. */
  double reach(int of) {
    return greatest(of) / 2 - least(of) / 2;
  }

  private double least(int of) {
    double least = values[of];
    for (int i = of; i < values.length; i += width) {
      least = Math.min(least, values[i]);
    }
    return least;
  }

  private double greatest(int of) {
    double greatest = values[of];
    for (int i = of; i < values.length; i += width) {
      greatest = Math.max(greatest, values[i]);
    }
    return greatest;
  }

  /** Returns the numbers as their distances from the middles, in units. */
  int[] inUnits(double unit, int greatest) {
    int[] units = new int[values.length];
    for (int of = 0; of < width; of++) {
      double middle = middle(of);
      for (int i = of; i < values.length; i += width) {
        double rounded = StrictMath.rint((values[i] - middle) / unit);
        units[i] = (int) Math.max(-greatest, Math.min(greatest, rounded));
      }
    }
    return units;
  }

  /** Returns the unit in which all leaves of all trees fit a type, and all sums with the bases 30 bits. */
  static double unit(List<TreeLeaves> trees, double[] bases, int greatest) {
    double farthest = 0;
    double[] sums = new double[bases.length];
    for (int t = 0; t < bases.length; t++) {
      sums[t] = Math.abs(bases[t]);
    }
    for (TreeLeaves tree : trees) {
      for (int of = 0; of < tree.width; of++) {
        double reach = tree.reach(of);
        farthest = Math.max(farthest, reach);
        sums[tree.firstTarget + of] += reach;
      }
    }
    double unit = farthest / greatest;
    for (double sum : sums) {
      unit = Math.max(unit, sum / (1 << 30));
    }
    return unit > 0 ? unit : 1;
  }
}

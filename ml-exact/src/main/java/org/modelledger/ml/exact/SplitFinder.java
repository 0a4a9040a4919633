package org.modelledger.ml.exact;

/**
 * Finds the best split of a node by one feature. Second order, by histograms (Chen and Guestrin, "XGBoost",
 * 2016; Ke and others, "LightGBM", 2017). Of equally good splits the first one stays: the lower bound. For
 * one thread.
 */
final class SplitFinder {
  /** So few categories are taken one by one. */
  private static final int ONE_BY_ONE = 4;
  /** A gain that is less than this share of what the node is worth is one of rounding. */
  private static final double ROUNDING = 1e-12;

  private final SplitRules rules;
  private final double[] keys = new double[FeatureBins.MAX];
  private final int[] order = new int[FeatureBins.MAX];

  // the node at hand
  private Quantum quantum = new Quantum(1, 1);
  private long gradient;
  private long hessian;
  private double least;
  private double greatest;
  private boolean bounded;
  private double worth;
  private double threshold;

  SplitFinder(SplitRules rules) {
    this.rules = rules;
  }

  /**
   * Turns to a node.
   *
   * @param nodeLeast the least output it may have
   * @param nodeGreatest the greatest one
   */
  void begin(Quantum nodeQuantum, long nodeGradient, long nodeHessian, double nodeLeast,
      double nodeGreatest) {
    quantum = nodeQuantum;
    gradient = nodeGradient;
    hessian = nodeHessian;
    least = nodeLeast;
    greatest = nodeGreatest;
    bounded = least != Double.NEGATIVE_INFINITY || greatest != Double.POSITIVE_INFINITY;
    double g = quantum.gradientOf(gradient);
    double h = quantum.hessianOf(hessian);
    worth = bounded
        ? rules.worth(g, h, rules.lambdaL2(), clamp(rules.output(g, h, rules.lambdaL2())))
        : rules.worth(g, h, rules.lambdaL2());
    threshold = Math.max(rules.minGain(), ROUNDING * Math.abs(worth));
  }

  private double clamp(double output) {
    return Math.max(least, Math.min(greatest, output));
  }

  /**
   * Puts a feature's best split in place of a worse one.
   *
   * @param sums for each bin its gradients and its hessians
   * @param offset where those of the feature begin
   */
  void find(int feature, FeatureBins bins, long[] sums, int offset, Split best) {
    if (bins.categorical()) {
      categories(feature, bins, sums, offset, best);
    } else {
      ordered(feature, bins, sums, offset, best);
    }
  }

  private void ordered(int feature, FeatureBins bins, long[] sums, int offset, Split best) {
    int count = bins.count();
    int monotone = rules.monotone(feature);
    long missingGradient = sums[offset + 2 * count];
    long missingHessian = sums[offset + 2 * count + 1];
    boolean missing = missingHessian != 0;
    int last = missing ? count : count - 1;
    long leftGradient = 0;
    long leftHessian = 0;
    for (int bin = 0; bin < last; bin++) {
      long more = sums[offset + 2 * bin + 1];
      if (more == 0) {
        continue;
      }
      leftGradient += sums[offset + 2 * bin];
      leftHessian += more;
      double gain = gain(leftGradient, leftHessian, rules.lambdaL2(), monotone);
      if (gain > best.gain && gain > threshold) {
        boolean left = !missing
            && 2 * quantum.rowsOf(leftHessian) >= quantum.rowsOf(hessian);
        take(best, gain, feature, bin, left, leftGradient, leftHessian);
      }
      if (missing) {
        gain = gain(leftGradient + missingGradient, leftHessian + missingHessian,
            rules.lambdaL2(), monotone);
        if (gain > best.gain && gain > threshold) {
          take(best, gain, feature, bin, true, leftGradient + missingGradient,
              leftHessian + missingHessian);
        }
      }
    }
  }

  private static void take(Split best, double gain, int feature, int bin, boolean missingLeft,
      long leftGradient, long leftHessian) {
    best.gain = gain;
    best.feature = feature;
    best.categorical = false;
    best.bin = bin;
    best.missingLeft = missingLeft;
    best.leftGradient = leftGradient;
    best.leftHessian = leftHessian;
  }

  /** Fisher 1958, "On Grouping for Maximum Homogeneity", as in LightGBM: ordered by gradient over hessian. */
  private void categories(int feature, FeatureBins bins, long[] sums, int offset, Split best) {
    int used = 0;
    for (int bin = 0; bin < bins.count(); bin++) {
      long hessians = sums[offset + 2 * bin + 1];
      if (hessians != 0) {
        double key = quantum.gradientOf(sums[offset + 2 * bin])
            / (quantum.hessianOf(hessians) + rules.smoothing());
        insert(used++, bin, key);
      }
    }
    if (used <= ONE_BY_ONE) {
      for (int i = 0; i < used; i++) {
        prefix(feature, sums, offset, i, 1, 1, rules.lambdaL2(), best);
      }
    } else {
      int most = Math.min(rules.maxCategories(), (used + 1) / 2);
      double l2 = rules.lambdaL2() + rules.categoryL2();
      prefix(feature, sums, offset, 0, 1, most, l2, best);
      prefix(feature, sums, offset, used - 1, -1, most, l2, best);
    }
  }

  /** Keeps the order ascending by key, then bin. */
  private void insert(int used, int bin, double key) {
    int at = used;
    for (; at > 0 && keys[at - 1] > key; at--) {
      keys[at] = keys[at - 1];
      order[at] = order[at - 1];
    }
    keys[at] = key;
    order[at] = bin;
  }

  /** Tries the first category of an order alone, then the first two, and so on. */
  private void prefix(int feature, long[] sums, int offset, int first, int step, int most,
      double l2, Split best) {
    long leftGradient = 0;
    long leftHessian = 0;
    for (int i = 0; i < most; i++) {
      int bin = order[first + i * step];
      leftGradient += sums[offset + 2 * bin];
      leftHessian += sums[offset + 2 * bin + 1];
      double gain = gain(leftGradient, leftHessian, l2, 0);
      if (gain > best.gain && gain > threshold) {
        take(best, gain, feature, 0, false, leftGradient, leftHessian);
        best.categorical = true;
        best.clearMembers();
        for (int j = 0; j <= i; j++) {
          best.addMember(order[first + j * step]);
        }
      }
    }
  }

  /** Returns by how much more the two sides are worth than the node, or negative infinity if they may not be. */
  private double gain(long leftGradient, long leftHessian, double l2, int monotone) {
    long rightHessian = hessian - leftHessian;
    if (quantum.rowsOf(leftHessian) < rules.minRows()
        || quantum.rowsOf(rightHessian) < rules.minRows()) {
      return Double.NEGATIVE_INFINITY;
    }
    double leftH = quantum.hessianOf(leftHessian);
    double rightH = quantum.hessianOf(rightHessian);
    if (leftH < rules.minHessian() || rightH < rules.minHessian()) {
      return Double.NEGATIVE_INFINITY;
    }
    double leftG = quantum.gradientOf(leftGradient);
    double rightG = quantum.gradientOf(gradient - leftGradient);
    if (!bounded && monotone == 0) {
      return rules.worth(leftG, leftH, l2) + rules.worth(rightG, rightH, l2) - worth;
    }
    double left = clamp(rules.output(leftG, leftH, l2));
    double right = clamp(rules.output(rightG, rightH, l2));
    if (monotone > 0 && left > right || monotone < 0 && left < right) {
      return Double.NEGATIVE_INFINITY;
    }
    return rules.worth(leftG, leftH, l2, left) + rules.worth(rightG, rightH, l2, right) - worth;
  }
}

package org.modelledger.ml.exact;

/**
 * A probability of 1 / (1 + exp(-(slope·x + intercept))), as likely as can be (Platt, "Probabilistic Outputs for
 * Support Vector Machines", 1999), by the method and with the targets of Lin, Lin and Weng, "A Note on Platt's
 * Probabilistic Outputs for Support Vector Machines", 2007.
 */
record PlattScaling(double slope, double intercept) {
  private static final int MAX_ITERATIONS = 100;
  private static final double SMALLEST_STEP = 1e-10;
  /** What the diagonal of the second derivatives is raised by. */
  private static final double RAISE = 1e-12;
  private static final double TOLERANCE = 1e-10;

  /** @param positive one for each x */
  static PlattScaling fit(double[] x, boolean[] positive) {
    double positives = 0;
    for (boolean is : positive) {
      positives += is ? 1 : 0;
    }
    double negatives = x.length - positives;
    double high = (positives + 1) / (positives + 2);
    double low = 1 / (negatives + 2);
    double[] targets = new double[x.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = positive[i] ? high : low;
    }
    PlattScaling at = new PlattScaling(0,
        StrictMath.log((positives + 1) / (negatives + 1)));
    double loss = at.loss(x, targets);
    for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      double h11 = RAISE;
      double h22 = RAISE;
      double h21 = 0;
      double g1 = 0;
      double g2 = 0;
      for (int i = 0; i < x.length; i++) {
        double p = at.of(x[i]);
        double bend = p * (1 - p);
        h11 += x[i] * x[i] * bend;
        h21 += x[i] * bend;
        h22 += bend;
        double distance = p - targets[i];
        g1 += x[i] * distance;
        g2 += distance;
      }
      if (Math.abs(g1) < TOLERANCE * x.length && Math.abs(g2) < TOLERANCE * x.length) {
        break;
      }
      double determinant = h11 * h22 - h21 * h21;
      double towardsSlope = -(h22 * g1 - h21 * g2) / determinant;
      double towardsIntercept = -(h11 * g2 - h21 * g1) / determinant;
      double promised = g1 * towardsSlope + g2 * towardsIntercept;
      double step = 1;
      PlattScaling next = at;
      while (step >= SMALLEST_STEP) {
        next = new PlattScaling(at.slope + step * towardsSlope,
            at.intercept + step * towardsIntercept);
        double nextLoss = next.loss(x, targets);
        if (nextLoss < loss + 1e-4 * step * promised) {
          loss = nextLoss;
          break;
        }
        step /= 2;
      }
      if (step < SMALLEST_STEP) {
        break;
      }
      at = next;
    }
    return at;
  }

  double of(double x) {
    double z = slope * x + intercept;
    double small = StrictMath.exp(-Math.abs(z));
    return z >= 0 ? 1 / (1 + small) : small / (1 + small);
  }

  private double loss(double[] x, double[] targets) {
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      double z = slope * x[i] + intercept;
      loss += Math.max(z, 0) - targets[i] * z + StrictMath.log1p(StrictMath.exp(-Math.abs(z)));
    }
    return loss;
  }
}

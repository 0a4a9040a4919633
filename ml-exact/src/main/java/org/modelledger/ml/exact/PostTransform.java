package org.modelledger.ml.exact;

/**
 * What ONNX-ML's {@code post_transform} makes of a row of scores. In float64, rounded by whoever stores the
 * result; every sum from the first to the last.
 */
enum PostTransform {
  NONE, LOGISTIC, SOFTMAX, SOFTMAX_ZERO, PROBIT;

  /** What counts as zero for {@link #SOFTMAX_ZERO}, as in ONNX's reference implementation. */
  private static final double ZERO = 1e-7f;

  /** The constant of Winitzki's approximation of the error function, as in ONNX's reference implementation. */
  private static final double WINITZKI = 0.147;

  /** Says whether scores of trees in whole numbers can stand for what this makes of numbers. */
  boolean fits(IntegerTreesKind kind) {
    return switch (this) {
      case NONE -> true;
      case LOGISTIC, SOFTMAX -> kind != IntegerTreesKind.NUMBER;
      case SOFTMAX_ZERO, PROBIT -> false;
    };
  }

  /** Turns the first {@code count} elements into what they stand for. */
  void apply(double[] scores, int count) {
    switch (this) {
      case NONE -> {
      }
      case LOGISTIC -> {
        for (int i = 0; i < count; i++) {
          scores[i] = 1 / (1 + StrictMath.exp(-scores[i]));
        }
      }
      case SOFTMAX -> softmax(scores, count, false);
      case SOFTMAX_ZERO -> softmax(scores, count, true);
      case PROBIT -> {
        for (int i = 0; i < count; i++) {
          scores[i] = probit(scores[i]);
        }
      }
    }
  }

  private static void softmax(double[] scores, int count, boolean zerosStay) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, scores[i]);
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      if (zerosStay && Math.abs(scores[i]) <= ZERO) {
        scores[i] = 0;
      } else {
        scores[i] = StrictMath.exp(scores[i] - max);
        sum += scores[i];
      }
    }
    for (int i = 0; i < count; i++) {
      scores[i] = scores[i] == 0 ? 0 : scores[i] / sum;
    }
  }

  /**
   * The inverse of the normal distribution, by the approximation of Sergei Winitzki, "A handy approximation
   * for the error function and its inverse", 2008, which ONNX's reference implementation takes.
   */
  private static double probit(double probability) {
    double x = 2 * probability - 1;
    double log = StrictMath.log((1 - x) * (1 + x));
    double v = 2 / (StrictMath.PI * WINITZKI) + 0.5 * log;
    double root = Math.sqrt(-v + Math.sqrt(v * v - log / WINITZKI));
    return Math.sqrt(2) * (x < 0 ? -root : root);
  }
}

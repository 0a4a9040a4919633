package org.modelledger.ml.exact;

/** Adds up the cross-entropies, in nats, of probabilities given to what was then true. */
final class CrossEntropy {
  /** A probability counts as this at least, so that losses are finite: 2^-52, as in scikit-learn. */
  static final double LEAST = 0x1p-52;
  /** The product of so many is far from underflow, and has one logarithm. */
  private static final int FACTORS = 16;

  private double sum;
  private double product = 1;
  private int factors;

  void add(double probability) {
    product *= Math.max(LEAST, probability);
    if (++factors == FACTORS) {
      flush();
    }
  }

  private void flush() {
    sum -= StrictMath.log(product);
    product = 1;
    factors = 0;
  }

  double sum() {
    flush();
    return sum;
  }
}

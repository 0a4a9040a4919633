package org.modelledger.bench.suite;

/**
 * A value in a chart.
 *
 * @param value the mean, say
 * @param low where its interval begins; NaN if it has none
 * @param high where it ends
 */
record Mark(double value, double low, double high) {
  static Mark of(double value, double error) {
    return new Mark(value, value - error, value + error);
  }

  boolean hasInterval() {
    return Double.isFinite(low) && Double.isFinite(high);
  }

  /** Returns the least of it that a logarithmic axis can show. */
  double least() {
    return hasInterval() && low > 0 ? Math.min(low, value) : value;
  }

  double most() {
    return hasInterval() ? Math.max(high, value) : value;
  }
}

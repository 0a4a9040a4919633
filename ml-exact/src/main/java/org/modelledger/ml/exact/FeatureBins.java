package org.modelledger.ml.exact;

import java.util.Arrays;

/**
 * How the values of one feature become numbers of bins. The bins with values are numbered from 0; the one
 * after them is for what is missing and, with categories, for those that have no bin of their own.
 */
final class FeatureBins {
  /** The greatest number of bins with values, so that all numbers fit a byte. */
  static final int MAX = 255;
  private static final int PADDED = 256;

  private final boolean categorical;
  private final double[] sorted;
  private final double[] padded;
  private final boolean rest;

  private FeatureBins(boolean categorical, double[] sorted, boolean rest) {
    this.categorical = categorical;
    this.sorted = sorted;
    this.rest = rest;
    this.padded = Arrays.copyOf(sorted, categorical ? 0 : PADDED);
    Arrays.fill(padded, Math.min(sorted.length, padded.length), padded.length,
        Double.POSITIVE_INFINITY);
  }

  /**
   * Returns bins of an ordered feature.
   *
   * @param bounds the greatest value of each bin but the last, ascending
   * @param rest whether a value is missing where the bins come from
   */
  static FeatureBins ordered(double[] bounds, boolean rest) {
    return new FeatureBins(false, bounds, rest);
  }

  /**
   * Returns bins of categories.
   *
   * @param categories ascending, one for each bin
   * @param rest whether there are rows of other categories, or of none, where the bins come from
   */
  static FeatureBins ofCategories(double[] categories, boolean rest) {
    return new FeatureBins(true, categories, rest);
  }

  boolean categorical() {
    return categorical;
  }

  /** Returns the number of bins with values; at least 1 for an ordered feature. */
  int count() {
    return categorical ? sorted.length : sorted.length + 1;
  }

  /** Says whether the bin after those with values has a row. */
  boolean rest() {
    return rest;
  }

  /** Returns the greatest value of an ordered feature's bin; infinite for the last one. */
  double bound(int bin) {
    return bin < sorted.length ? sorted[bin] : Double.POSITIVE_INFINITY;
  }

  /** Returns the category of a bin. */
  double category(int bin) {
    return sorted[bin];
  }

  /** Returns the number of the bin of a value, NaN for a missing one. */
  int bin(double value) {
    if (Double.isNaN(value)) {
      return count();
    }
    if (categorical) {
      int at = Arrays.binarySearch(sorted, value + 0.0);
      return at < 0 ? sorted.length : at;
    }
    // the number of bounds below the value, by steps that do not depend on it
    int bin = 0;
    for (int step = PADDED / 2; step > 0; step >>= 1) {
      bin += padded[bin + step - 1] < value ? step : 0;
    }
    return bin;
  }
}

package org.modelledger.ml.exact;

import java.util.Arrays;
import org.modelledger.training.TrainingException;

/**
 * Finds the bins of features: one for each distinct value if there are few enough, otherwise about as many
 * rows in each. The bound between two bins lies in the middle between their values, rounded to the precision
 * of the data, and never on the upper one; so what is compared with it takes the same way as its bin.
 */
final class Binning {
  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private Binning() {}

  static FeatureBins[] of(FeatureTable table, int maxBins, boolean[] categorical, String column,
      Team team) {
    FeatureBins[] bins = new FeatureBins[table.features()];
    for (int j = 0; j < categorical.length; j++) {
      if (categorical[j]) {
        requireWhole(table, j, column);
      }
    }
    team.run(bins.length, (j, worker) -> bins[j] = of(table, j, maxBins, categorical[j]));
    return bins;
  }

  private static void requireWhole(FeatureTable table, int feature, String column) {
    for (int r = 0; r < table.rows(); r++) {
      double value = table.value(feature, r);
      if (!Double.isNaN(value) && (long) value != value) {
        throw new TrainingException("the training data: column '" + column + "', row " + r
            + ", number " + feature + " is " + value
            + ", but the feature is categorical; expected a whole number");
      }
    }
  }

  private static FeatureBins of(FeatureTable table, int feature, int maxBins, boolean categorical) {
    double[] values = new double[table.rows()];
    int count = table.float64()
        ? sort(table.doubles(feature), values)
        : sort(table.floats(feature), values);
    boolean rest = count < values.length;
    int[] counts = new int[count];
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || values[i] != values[distinct - 1]) {
        values[distinct++] = values[i];
      }
      counts[distinct - 1]++;
    }
    return categorical
        ? categories(values, counts, distinct, maxBins, rest)
        : FeatureBins.ordered(bounds(values, counts, distinct, maxBins, table.float64()), rest);
  }

  /** The most frequent categories; of two equally frequent ones the lower. */
  private static FeatureBins categories(double[] values, int[] counts, int distinct, int maxBins,
      boolean rest) {
    if (distinct <= maxBins) {
      return FeatureBins.ofCategories(Arrays.copyOf(values, distinct), rest);
    }
    long[] order = new long[distinct];
    for (int i = 0; i < distinct; i++) {
      order[i] = -((long) counts[i] << 32) | i;
    }
    Arrays.sort(order);
    double[] kept = new double[maxBins];
    for (int i = 0; i < maxBins; i++) {
      kept[i] = values[(int) order[i]];
    }
    Arrays.sort(kept);
    return FeatureBins.ofCategories(kept, true);
  }

  /** As LightGBM's GreedyFindBin: a value as frequent as a whole bin has one, the others share the rest. */
  static double[] bounds(double[] values, int[] counts, int distinct, int maxBins,
      boolean float64) {
    double[] bounds = new double[Math.max(0, Math.min(distinct, maxBins) - 1)];
    if (distinct <= maxBins) {
      for (int i = 0; i < bounds.length; i++) {
        bounds[i] = between(values[i], values[i + 1], float64);
      }
      return bounds;
    }
    long rows = 0;
    for (int i = 0; i < distinct; i++) {
      rows += counts[i];
    }
    double large = (double) rows / maxBins;
    int bins = maxBins;
    for (int i = 0; i < distinct; i++) {
      if (counts[i] >= large) {
        bins--;
        rows -= counts[i];
      }
    }
    double share = bins > 0 ? (double) rows / bins : rows;
    int found = 0;
    int held = 0;
    for (int i = 0; i < distinct - 1 && found < bounds.length; i++) {
      boolean whole = counts[i] >= large;
      rows -= whole ? 0 : counts[i];
      held += counts[i];
      if (whole || held >= share
          || (counts[i + 1] >= large && held >= Math.max(1.0, share / 2))) {
        bounds[found++] = between(values[i], values[i + 1], float64);
        held = 0;
        if (!whole) {
          bins--;
          share = bins > 0 ? (double) rows / bins : rows;
        }
      }
    }
    return Arrays.copyOf(bounds, found);
  }

  /** Returns a number from {@code low} up to but without {@code high}. */
  private static double between(double low, double high, boolean float64) {
    double exact = low / 2 + high / 2;
    double middle = float64 ? exact : (float) exact;
    return middle >= low && middle < high ? middle + 0.0 : low;
  }

  /** Writes the numbers in ascending order, without NaN, and returns how many there are. */
  private static int sort(float[] column, double[] sorted) {
    int[] keys = new int[column.length];
    int count = 0;
    for (float value : column) {
      if (!Float.isNaN(value)) {
        int bits = Float.floatToIntBits(value);
        keys[count++] = bits ^ ((bits >> 31) | Integer.MIN_VALUE);
      }
    }
    int[] other = new int[count];
    for (int shift = 0; shift < Integer.SIZE; shift += DIGIT_BITS) {
      int[] starts = new int[DIGITS + 1];
      for (int i = 0; i < count; i++) {
        starts[(keys[i] >>> shift & DIGITS - 1) + 1]++;
      }
      if (!addUp(starts, count)) {
        continue;
      }
      for (int i = 0; i < count; i++) {
        other[starts[keys[i] >>> shift & DIGITS - 1]++] = keys[i];
      }
      int[] swap = keys;
      keys = other;
      other = swap;
    }
    for (int i = 0; i < count; i++) {
      int bits = keys[i] ^ ((~keys[i] >> 31) | Integer.MIN_VALUE);
      sorted[i] = Float.intBitsToFloat(bits);
    }
    return count;
  }

  private static int sort(double[] column, double[] sorted) {
    long[] keys = new long[column.length];
    int count = 0;
    for (double value : column) {
      if (!Double.isNaN(value)) {
        long bits = Double.doubleToLongBits(value);
        keys[count++] = bits ^ ((bits >> 63) | Long.MIN_VALUE);
      }
    }
    long[] other = new long[count];
    for (int shift = 0; shift < Long.SIZE; shift += DIGIT_BITS) {
      int[] starts = new int[DIGITS + 1];
      for (int i = 0; i < count; i++) {
        starts[(int) (keys[i] >>> shift & DIGITS - 1) + 1]++;
      }
      if (!addUp(starts, count)) {
        continue;
      }
      for (int i = 0; i < count; i++) {
        other[starts[(int) (keys[i] >>> shift & DIGITS - 1)]++] = keys[i];
      }
      long[] swap = keys;
      keys = other;
      other = swap;
    }
    for (int i = 0; i < count; i++) {
      long bits = keys[i] ^ ((~keys[i] >> 63) | Long.MIN_VALUE);
      sorted[i] = Double.longBitsToDouble(bits);
    }
    return count;
  }

  /** Makes starts of counts; says whether there are two digits at least, so that there is something to sort. */
  private static boolean addUp(int[] starts, int count) {
    boolean several = true;
    for (int d = 1; d <= DIGITS; d++) {
      several &= starts[d] != count;
      starts[d] += starts[d - 1];
    }
    return several;
  }
}

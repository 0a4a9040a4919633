package org.modelledger.ml.exact;

import java.util.Arrays;

/**
 * Finds the split of a node after which Gini's index is lowest, by one feature. All counts are whole, so that
 * every sum is exact. Of equally good splits the first one stays. For one thread.
 */
final class GiniFinder {
  private final int classes;
  private final int minRows;
  private final long[] left;
  private final long[] ordered;

  // the node at hand
  private long[] counts = new long[0];
  private long rows;
  private double worth;

  GiniFinder(int classes, int minRows) {
    this.classes = classes;
    this.minRows = minRows;
    this.left = new long[classes];
    this.ordered = new long[FeatureBins.MAX];
  }

  /** Turns to a node with so many rows of each class. */
  void begin(long[] nodeCounts) {
    counts = nodeCounts;
    rows = 0;
    for (long count : counts) {
      rows += count;
    }
    worth = (double) squares(counts) / rows;
  }

  private static long squares(long[] counts) {
    long squares = 0;
    for (long count : counts) {
      squares += count * count;
    }
    return squares;
  }

  /**
   * Puts a feature's best split in place of a worse one.
   *
   * @param sums for each bin its rows of each class
   */
  void find(int feature, FeatureBins bins, int[] sums, Split best) {
    if (bins.categorical()) {
      categories(feature, bins, sums, best);
    } else {
      ordered(feature, bins, sums, best);
    }
  }

  private void ordered(int feature, FeatureBins bins, int[] sums, Split best) {
    int count = bins.count();
    boolean missing = false;
    for (int k = 0; k < classes; k++) {
      left[k] = 0;
      missing |= sums[count * classes + k] != 0;
    }
    int last = missing ? count : count - 1;
    for (int bin = 0; bin < last; bin++) {
      if (!add(sums, bin)) {
        continue;
      }
      double gain = gain();
      if (gain > best.gain) {
        boolean most = !missing && 2 * leftRows() >= rows;
        take(best, gain, feature, bin, most);
      }
      if (missing) {
        add(sums, count);
        gain = gain();
        if (gain > best.gain) {
          take(best, gain, feature, bin, true);
        }
        remove(sums, count);
      }
    }
  }

  /** By their share of the class that most rows have; for two classes no other choice is better. */
  private void categories(int feature, FeatureBins bins, int[] sums, Split best) {
    int major = 0;
    for (int k = 1; k < classes; k++) {
      major = counts[k] > counts[major] ? k : major;
    }
    int used = 0;
    for (int bin = 0; bin < bins.count(); bin++) {
      long all = 0;
      for (int k = 0; k < classes; k++) {
        all += sums[bin * classes + k];
      }
      if (all != 0) {
        insert(used++, bin, ((long) sums[bin * classes + major] << 31) / all);
      }
    }
    for (int step = 1; step >= -1; step -= 2) {
      Arrays.fill(left, 0);
      int first = step > 0 ? 0 : used - 1;
      for (int i = 0; i < (used + 1) / 2; i++) {
        add(sums, (int) ordered[first + i * step] & 0xff);
        double gain = gain();
        if (gain > best.gain) {
          take(best, gain, feature, 0, false);
          best.categorical = true;
          best.clearMembers();
          for (int j = 0; j <= i; j++) {
            best.addMember((int) ordered[first + j * step] & 0xff);
          }
        }
      }
    }
  }

  private void insert(int used, int bin, long share) {
    long entry = share << 8 | bin;
    int at = used;
    for (; at > 0 && ordered[at - 1] > entry; at--) {
      ordered[at] = ordered[at - 1];
    }
    ordered[at] = entry;
  }

  /** Puts a bin's rows to the left; says whether there are any. */
  private boolean add(int[] sums, int bin) {
    boolean any = false;
    for (int k = 0; k < classes; k++) {
      int more = sums[bin * classes + k];
      left[k] += more;
      any |= more != 0;
    }
    return any;
  }

  private void remove(int[] sums, int bin) {
    for (int k = 0; k < classes; k++) {
      left[k] -= sums[bin * classes + k];
    }
  }

  private long leftRows() {
    long sum = 0;
    for (long count : left) {
      sum += count;
    }
    return sum;
  }

  /** Returns by how much the index falls, times the rows; or negative infinity if the split may not be. */
  private double gain() {
    long lefts = 0;
    long leftSquares = 0;
    long rightSquares = 0;
    for (int k = 0; k < classes; k++) {
      lefts += left[k];
      leftSquares += left[k] * left[k];
      long right = counts[k] - left[k];
      rightSquares += right * right;
    }
    long rights = rows - lefts;
    if (lefts < minRows || rights < minRows) {
      return Double.NEGATIVE_INFINITY;
    }
    double gain = (double) leftSquares / lefts + (double) rightSquares / rights - worth;
    // less than this is one of rounding
    return gain > 1e-12 * worth ? gain : Double.NEGATIVE_INFINITY;
  }

  private static void take(Split best, double gain, int feature, int bin, boolean missingLeft) {
    best.gain = gain;
    best.feature = feature;
    best.categorical = false;
    best.bin = bin;
    best.missingLeft = missingLeft;
  }
}

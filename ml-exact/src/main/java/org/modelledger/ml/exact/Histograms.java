package org.modelledger.ml.exact;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Adds up gradients and hessians by bin. A histogram has, for each group of features, an array in which each
 * feature has {@link #STRIDE} places: two for each bin. Everything is in whole units ({@link Quantum}), so
 * who adds what, and when, changes no sum.
 */
final class Histograms {
  /** Places of a feature. */
  static final int STRIDE = 2 * 256;
  private static final int GROUP_PLACES = BinnedRows.GROUP * STRIDE;
  /** What one task adds up, and what is looked at in one go, so that it stays near. */
  private static final int TASK_ROWS = 1 << 14;
  private static final int BLOCK_ROWS = 1 << 12;

  private final BinnedRows table;
  private final Team team;
  private final long[][][] partial;
  private final boolean[] touched;
  private final long[][] near;
  private final ArrayDeque<long[][]> free = new ArrayDeque<>();
  private final boolean[] wanted;

  // what the tasks at hand read
  private int[] rows = new int[0];
  private int start;
  private int end;
  private long[] gradients = new long[0];

  private final Team.Task addTask = this::addTask;

  Histograms(BinnedRows table, Team team) {
    this.table = table;
    this.team = team;
    this.partial = new long[team.threads()][][];
    this.touched = new boolean[team.threads()];
    this.near = new long[team.threads()][2 * BLOCK_ROWS];
    for (int i = 0; i < partial.length; i++) {
      partial[i] = allocate();
    }
    this.wanted = new boolean[table.groups()];
  }

  private long[][] allocate() {
    return new long[table.groups()][GROUP_PLACES];
  }

  /** Sets the features that sums are wanted of. */
  void want(boolean[] features) {
    Arrays.fill(wanted, false);
    for (int j = 0; j < features.length; j++) {
      wanted[j / BinnedRows.GROUP] |= features[j];
    }
  }

  boolean wanted(int group) {
    return wanted[group];
  }

  /** Returns a histogram to fill; its content is undefined. */
  long[][] take() {
    long[][] histogram = free.poll();
    return histogram == null ? allocate() : histogram;
  }

  void giveBack(long[][] histogram) {
    free.push(histogram);
  }

  /**
   * Adds up some rows, into the parts that {@link #collect} then makes a histogram of.
   *
   * @param which the rows
   * @param from and to which of them
   * @param pairs a gradient and a hessian for each row of the table
   */
  void add(int[] which, int from, int to, long[] pairs) {
    rows = which;
    start = from;
    end = to;
    gradients = pairs;
    team.run(Math.ceilDiv(to - from, TASK_ROWS), addTask);
  }

  private void addTask(int task, int worker) {
    int from = start + task * TASK_ROWS;
    int to = Math.min(end, from + TASK_ROWS);
    long[] block = near[worker];
    touched[worker] = true;
    for (int first = from; first < to; first += BLOCK_ROWS) {
      int past = Math.min(to, first + BLOCK_ROWS);
      for (int i = first, k = 0; i < past; i++, k += 2) {
        int row = rows[i];
        block[k] = gradients[2 * row];
        block[k + 1] = gradients[2 * row + 1];
      }
      for (int group = 0; group < wanted.length; group++) {
        if (wanted[group]) {
          add(partial[worker][group], table.words(group), rows, first, past, block);
        }
      }
    }
  }

  private static void add(long[] sums, long[] words, int[] rows, int from, int to, long[] block) {
    for (int i = from, k = 0; i < to; i++, k += 2) {
      long word = words[rows[i]];
      long gradient = block[k];
      long hessian = block[k + 1];
      int at = (int) (word << 1) & 0x1fe;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = (int) (word >>> 7) & 0x1fe | STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = (int) (word >>> 15) & 0x1fe | 2 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = (int) (word >>> 23) & 0x1fe | 3 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = (int) (word >>> 31) & 0x1fe | 4 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = (int) (word >>> 39) & 0x1fe | 5 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = (int) (word >>> 47) & 0x1fe | 6 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = (int) (word >>> 55) & 0x1fe | 7 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
    }
  }

  /** Moves the parts of a group into a histogram, in place of what it had. Different groups at the same time. */
  void collect(int group, long[][] histogram) {
    long[] sums = histogram[group];
    boolean first = true;
    for (int worker = 0; worker < partial.length; worker++) {
      if (touched[worker]) {
        long[] part = partial[worker][group];
        if (first) {
          System.arraycopy(part, 0, sums, 0, GROUP_PLACES);
        } else {
          for (int i = 0; i < GROUP_PLACES; i++) {
            sums[i] += part[i];
          }
        }
        Arrays.fill(part, 0);
        first = false;
      }
    }
    if (first) {
      Arrays.fill(sums, 0);
    }
  }

  /** Says that all groups have been collected. */
  void collected() {
    Arrays.fill(touched, false);
  }

  /** Takes one histogram from another one, one group of features. */
  static void subtract(int group, long[][] from, long[][] what) {
    long[] sums = from[group];
    long[] others = what[group];
    for (int i = 0; i < GROUP_PLACES; i++) {
      sums[i] -= others[i];
    }
  }
}

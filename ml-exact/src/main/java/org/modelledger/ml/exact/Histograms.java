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
  private static final int GROUP_PLACES = BinWords.GROUP * STRIDE;
  /** What one task adds up, and what is looked at in one go, so that it stays near. */
  private static final int TASK_ROWS = 1 << 14;
  private static final int BLOCK_ROWS = 1 << 12;
  /** From so many rows on, sums of their own are worth while. */
  private static final int MANY_ROWS = 1 << 10;

  private final BinWords words;
  private final Team team;
  private final long[][][] partial;
  private final boolean[] touched;
  private final long[][] nearPairs;
  private final long[][] nearWords;
  private final ArrayDeque<long[][]> free = new ArrayDeque<>();
  private final boolean[] wanted;

  // what the tasks at hand read
  private int[] rows = new int[0];
  private int start;
  private int end;
  private long[] gradients = new long[0];

  private final Team.Task addTask = this::addTask;

  Histograms(BinnedRows table, Team team) {
    this.words = new BinWords(table, team);
    this.team = team;
    this.partial = new long[team.threads()][][];
    this.touched = new boolean[team.threads()];
    this.nearPairs = new long[team.threads()][2 * BLOCK_ROWS];
    this.nearWords = new long[team.threads()][BLOCK_ROWS];
    for (int i = 0; i < partial.length; i++) {
      partial[i] = allocate();
    }
    this.wanted = new boolean[words.groups()];
  }

  private long[][] allocate() {
    return new long[words.groups()][GROUP_PLACES];
  }

  /** Sets the features that sums are wanted of. */
  void want(boolean[] features) {
    Arrays.fill(wanted, false);
    for (int j = 0; j < features.length; j++) {
      wanted[j / BinWords.GROUP] |= features[j];
    }
  }

  /** Returns how many groups of features there are. */
  int groups() {
    return wanted.length;
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
    long[] pairs = nearPairs[worker];
    touched[worker] = true;
    for (int first = from; first < to; first += BLOCK_ROWS) {
      int past = Math.min(to, first + BLOCK_ROWS);
      for (int i = first, k = 0; i < past; i++, k += 2) {
        int row = rows[i];
        pairs[k] = gradients[2 * row];
        pairs[k + 1] = gradients[2 * row + 1];
      }
      for (int group = 0; group < wanted.length; group++) {
        if (wanted[group]) {
          words.gather(group, rows, first, past, nearWords[worker]);
          add(partial[worker][group], nearWords[worker], pairs, past - first);
        }
      }
    }
  }

  private static void add(long[] into, long[] words, long[] pairs, int count) {
    if (count < MANY_ROWS) {
      addUp(into, words, pairs, count);
      return;
    }
    // an array whose length the compiler sees, so that it checks no index
    long[] sums = new long[GROUP_PLACES];
    addUp(sums, words, pairs, count);
    for (int i = 0; i < GROUP_PLACES; i++) {
      into[i] += sums[i];
    }
  }

  private static void addUp(long[] sums, long[] words, long[] pairs, int count) {
    for (int i = 0; i < count; i++) {
      long word = words[i];
      long gradient = pairs[2 * i];
      long hessian = pairs[2 * i + 1];
      int at = (int) (word << 1) & 0x1fe;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = ((int) (word >>> 7) & 0x1fe) + STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = ((int) (word >>> 15) & 0x1fe) + 2 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = ((int) (word >>> 23) & 0x1fe) + 3 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = ((int) (word >>> 31) & 0x1fe) + 4 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = ((int) (word >>> 39) & 0x1fe) + 5 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = ((int) (word >>> 47) & 0x1fe) + 6 * STRIDE;
      sums[at] += gradient;
      sums[at + 1] += hessian;
      at = ((int) (word >>> 55) & 0x1fe) + 7 * STRIDE;
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

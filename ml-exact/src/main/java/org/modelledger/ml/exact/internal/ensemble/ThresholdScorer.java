package org.modelledger.ml.exact.internal.ensemble;

import java.util.Arrays;

/**
 * Walks trees whose nodes all compare with a threshold, without a branch that could be mispredicted.
 *
 * <p>A node is one {@code long}: above, a threshold as a whole number; below, 16 bits of where the row's
 * value lies and 16 of the first child, counted from the tree's root. The other child is its neighbour, and
 * is taken when the value is greater: {@code child + (threshold - value >>> 63)}. A leaf is its own child,
 * so that a tree is walked by as many steps as it is deep. Four trees, or four rows, are walked side by
 * side; the processor waits for memory four times at once.
 *
 * <p>Values become whole numbers once for each row. A float32's bits, turned, are in the order of the
 * numbers; a float64 is replaced by how many of the thresholds of its feature are below it. NaN is the
 * greatest or the least number there is, as the node wants: where some nodes want the one and some the
 * other, a row's values are there twice.
 */
final class ThresholdScorer extends TreeScorer {
  private static final int SIDE_BY_SIDE = 4;
  private static final int MAX_LOW_BITS = 1 << 16;

  private final long[] nodes;
  private final int[] starts;
  private final int[] depths;
  /** The weight of each leaf, where all are for one target; empty otherwise. */
  private final double[] single;
  private final float[] singleFloats;
  /** The thresholds of each feature as orderly numbers, ascending; only for float64. */
  private final long[][] ranks;
  private final int width;

  ThresholdScorer(TreeEnsemble trees, double[] base) {
    super(trees, base);
    this.starts = trees.starts;
    this.width = trees.features;
    this.ranks = trees.float64 ? ranks(trees) : new long[0][];
    this.depths = depths(trees);
    this.nodes = new long[trees.nodes()];
    boolean one = trees.targets == 1 && hasOneWeightEach(trees);
    this.single = new double[one && trees.float64 ? trees.nodes() : 0];
    this.singleFloats = new float[one && !trees.float64 ? trees.nodes() : 0];
    for (int tree = 0; tree < trees.trees(); tree++) {
      for (int node = starts[tree]; node < starts[tree + 1]; node++) {
        nodes[node] = pack(node, starts[tree]);
        if (one && trees.modes[node] == Mode.LEAF) {
          double weight = trees.weight[trees.weightStarts[node]];
          if (trees.float64) {
            single[node] = weight;
          } else {
            singleFloats[node] = (float) weight;
          }
        }
      }
    }
  }

  static boolean fits(TreeEnsemble trees) {
    if (trees.aggregate != Aggregate.SUM && trees.aggregate != Aggregate.AVERAGE) {
      return false;
    }
    for (int tree = 0; tree < trees.trees(); tree++) {
      if (trees.starts[tree + 1] - trees.starts[tree] > MAX_LOW_BITS) {
        return false;
      }
    }
    for (int node = 0; node < trees.nodes(); node++) {
      boolean threshold = switch (trees.modes[node]) {
        case BRANCH_LEQ, BRANCH_LT, BRANCH_GTE, BRANCH_GT -> !Double.isNaN(trees.value[node]);
        case BRANCH_EQ, BRANCH_NEQ, BRANCH_MEMBER -> false;
        case LEAF -> true;
      };
      if (!threshold) {
        return false;
      }
    }
    return 2L * trees.features <= MAX_LOW_BITS;
  }

  private static boolean hasOneWeightEach(TreeEnsemble trees) {
    for (int node = 0; node < trees.nodes(); node++) {
      if (trees.modes[node] == Mode.LEAF
          && trees.weightStarts[node + 1] - trees.weightStarts[node] != 1) {
        return false;
      }
    }
    return true;
  }

  private static int[] depths(TreeEnsemble trees) {
    int[] depths = new int[trees.trees()];
    int[] depth = new int[trees.nodes()];
    for (int tree = 0; tree < depths.length; tree++) {
      for (int node = trees.starts[tree]; node < trees.starts[tree + 1]; node++) {
        if (trees.modes[node] != Mode.LEAF) {
          depth[trees.yes[node]] = depth[node] + 1;
          depth[trees.no[node]] = depth[node] + 1;
        }
        depths[tree] = Math.max(depths[tree], depth[node]);
      }
    }
    return depths;
  }

  /** A value is greater than the threshold just if its number is greater than this. */
  private static long limit(TreeEnsemble trees, int node) {
    boolean equalIsLow = trees.modes[node] == Mode.BRANCH_LEQ
        || trees.modes[node] == Mode.BRANCH_GT;
    long key = trees.float64
        ? key(trees.value[node])
        : key((float) trees.value[node]);
    return equalIsLow ? key : key - 1;
  }

  private static long[][] ranks(TreeEnsemble trees) {
    int[] counts = new int[trees.features];
    for (int node = 0; node < trees.nodes(); node++) {
      if (trees.modes[node] != Mode.LEAF) {
        counts[trees.feature[node]]++;
      }
    }
    long[][] ranks = new long[trees.features][];
    for (int j = 0; j < ranks.length; j++) {
      ranks[j] = new long[counts[j]];
    }
    for (int node = 0; node < trees.nodes(); node++) {
      if (trees.modes[node] != Mode.LEAF) {
        int j = trees.feature[node];
        ranks[j][--counts[j]] = limit(trees, node);
      }
    }
    for (int j = 0; j < ranks.length; j++) {
      ranks[j] = Arrays.stream(ranks[j]).sorted().distinct().toArray();
    }
    return ranks;
  }

  private long pack(int node, int start) {
    if (trees.modes[node] == Mode.LEAF) {
      return (long) Integer.MAX_VALUE << 32 | (node - start);
    }
    boolean yesIsLow = trees.modes[node] == Mode.BRANCH_LEQ
        || trees.modes[node] == Mode.BRANCH_LT;
    int low = yesIsLow ? trees.yes[node] : trees.no[node];
    // without missingYes, NaN is answered no, as by every comparison
    boolean missingIsLow = yesIsLow == trees.missingYes[node];
    long limit = limit(trees, node);
    int feature = trees.feature[node];
    int threshold = trees.float64 ? Arrays.binarySearch(ranks[feature], limit) : (int) limit;
    int place = missingIsLow ? width + feature : feature;
    return (long) threshold << 32 | (long) place << 16 | (low - start);
  }

  /** In the order of the numbers; 0 and -0 are one. */
  private static int key(float x) {
    int bits = Float.floatToRawIntBits(x + 0f);
    return bits ^ (bits >> 31 >>> 1);
  }

  private static long key(double x) {
    long bits = Double.doubleToRawLongBits(x + 0d);
    return bits ^ (bits >> 63 >>> 1);
  }

  @Override
  public Scratch scratch() {
    return new Work();
  }

  private final class Work implements Scratch {
    private final int stride = 2 * width;
    private final int[] keys = new int[Math.max(1, SIDE_BY_SIDE * stride)];
    private final float[] sums = new float[SIDE_BY_SIDE * trees.targets];
    private final double[] sums64 = new double[SIDE_BY_SIDE * trees.targets];

    @Override
    public void score(float[][] rows, double[][] scores) {
      int r = 0;
      for (; r + SIDE_BY_SIDE <= rows.length; r += SIDE_BY_SIDE) {
        for (int i = 0; i < SIDE_BY_SIDE; i++) {
          turn(rows[r + i], i * stride);
        }
        four(scores, r);
      }
      for (; r < rows.length; r++) {
        turn(rows[r], 0);
        one(scores[r]);
      }
    }

    @Override
    public void score(double[][] rows, double[][] scores) {
      int r = 0;
      for (; r + SIDE_BY_SIDE <= rows.length; r += SIDE_BY_SIDE) {
        for (int i = 0; i < SIDE_BY_SIDE; i++) {
          turn(rows[r + i], i * stride);
        }
        four(scores, r);
      }
      for (; r < rows.length; r++) {
        turn(rows[r], 0);
        one(scores[r]);
      }
    }

    private void turn(float[] row, int at) {
      for (int j = 0; j < width; j++) {
        float x = row[j];
        boolean missing = Float.isNaN(x);
        int key = key(x);
        keys[at + j] = missing ? Integer.MAX_VALUE : key;
        keys[at + width + j] = missing ? Integer.MIN_VALUE : key;
      }
    }

    private void turn(double[] row, int at) {
      for (int j = 0; j < width; j++) {
        double x = row[j];
        if (Double.isNaN(x)) {
          keys[at + j] = Integer.MAX_VALUE;
          keys[at + width + j] = Integer.MIN_VALUE;
        } else {
          // a value has the number of limits below its key
          int found = Arrays.binarySearch(ranks[j], key(x));
          int rank = found < 0 ? -1 - found : found;
          keys[at + j] = rank;
          keys[at + width + j] = rank;
        }
      }
    }

    /** Walks one row through four trees at a time. */
    private void one(double[] scores) {
      long[] nodes = ThresholdScorer.this.nodes;
      int[] starts = ThresholdScorer.this.starts;
      int[] depths = ThresholdScorer.this.depths;
      int[] keys = this.keys;
      int tree = 0;
      int count = depths.length;
      Arrays.fill(sums, 0);
      Arrays.fill(sums64, 0);
      for (; tree + SIDE_BY_SIDE <= count; tree += SIDE_BY_SIDE) {
        int depth = Math.max(Math.max(depths[tree], depths[tree + 1]),
            Math.max(depths[tree + 2], depths[tree + 3]));
        int a = starts[tree];
        int b = starts[tree + 1];
        int c = starts[tree + 2];
        int d = starts[tree + 3];
        int rootA = a;
        int rootB = b;
        int rootC = c;
        int rootD = d;
        for (; depth > 0; depth--) {
          a = rootA + step(nodes[a], keys, 0);
          b = rootB + step(nodes[b], keys, 0);
          c = rootC + step(nodes[c], keys, 0);
          d = rootD + step(nodes[d], keys, 0);
        }
        add(a, 0);
        add(b, 0);
        add(c, 0);
        add(d, 0);
      }
      for (; tree < count; tree++) {
        int a = starts[tree];
        for (int depth = depths[tree]; depth > 0; depth--) {
          a = starts[tree] + step(nodes[a], keys, 0);
        }
        add(a, 0);
      }
      take(0, scores);
    }

    /** Walks four rows through one tree at a time. */
    private void four(double[][] scores, int from) {
      Arrays.fill(sums, 0);
      Arrays.fill(sums64, 0);
      long[] nodes = ThresholdScorer.this.nodes;
      int[] keys = this.keys;
      int targets = trees.targets;
      for (int tree = 0; tree < depths.length; tree++) {
        int root = starts[tree];
        int a = root;
        int b = root;
        int c = root;
        int d = root;
        for (int depth = depths[tree]; depth > 0; depth--) {
          a = root + step(nodes[a], keys, 0);
          b = root + step(nodes[b], keys, stride);
          c = root + step(nodes[c], keys, 2 * stride);
          d = root + step(nodes[d], keys, 3 * stride);
        }
        add(a, 0);
        add(b, targets);
        add(c, 2 * targets);
        add(d, 3 * targets);
      }
      for (int i = 0; i < SIDE_BY_SIDE; i++) {
        take(i * targets, scores[from + i]);
      }
    }

    private static int step(long node, int[] keys, int at) {
      long value = keys[at + ((int) node >>> 16)];
      return ((int) node & 0xffff) + (int) ((node >> 32) - value >>> 63);
    }

    private void add(int leaf, int at) {
      if (singleFloats.length > 0) {
        sums[at] += singleFloats[leaf];
      } else if (single.length > 0) {
        sums64[at] += single[leaf];
      } else {
        for (int w = trees.weightStarts[leaf]; w < trees.weightStarts[leaf + 1]; w++) {
          int t = at + trees.target[w];
          if (trees.float64) {
            sums64[t] += trees.weight[w];
          } else {
            sums[t] += (float) trees.weight[w];
          }
        }
      }
    }

    private void take(int at, double[] scores) {
      for (int t = 0; t < trees.targets; t++) {
        scores[t] = trees.float64 ? sums64[at + t] : sums[at + t];
      }
      finish(scores);
    }
  }
}

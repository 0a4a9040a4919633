package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Grows the trees of a forest, one at a time: on rows drawn with repetition, each node choosing from some
 * features drawn without (Breiman 2001, "Random Forests"). For one thread.
 */
final class ForestGrower {
  private static final long ROWS_STREAM = 14;
  private static final long FEATURES_STREAM = 15;

  /** A tree, and which rows it was grown on. */
  record Grown(Tree tree, BitSet rows) {}

  private final BinnedRows table;
  private final double[] targets;
  private final ForestSettings settings;
  private final int classes;
  private final int maxDepth;
  private final int choice;
  private final BooleanSupplier cancelled;
  private final Quantum quantum;
  private final SplitFinder varianceFinder;
  private final GiniFinder giniFinder;
  private final Split split = new Split();
  private final long[] pairs;
  private final int[] classSums;

  private final int[] weights;
  private final int[] rows;
  private final int[] right;
  private final int[] features;
  private final long[] counts;
  private long gradient;
  private long hessian;

  // nodes that are still to be looked at
  private int[] pending = new int[64];
  private int pendingSize;

  /**
   * @param classes how many labels, or 0 for numbers
   * @param greatest no target is further from 0
   * @param cancelled whether to give up, with a tree that is of no use
   */
  ForestGrower(BinnedRows table, double[] targets, ForestSettings settings, int classes,
      double greatest, BooleanSupplier cancelled) {
    this.table = table;
    this.targets = targets;
    this.settings = settings;
    this.classes = classes;
    this.maxDepth = settings.maxDepth() == 0 ? Integer.MAX_VALUE : settings.maxDepth();
    this.choice = settings.choice(table.features());
    this.cancelled = cancelled;
    this.quantum = new Quantum(table.rows(), greatest);
    this.varianceFinder = new SplitFinder(new SplitRules(0, 0, 0, settings.minSamplesLeaf(), 0, 0,
        0, FeatureBins.MAX, List.of()));
    this.giniFinder = new GiniFinder(classes, settings.minSamplesLeaf());
    this.pairs = new long[classes == 0 ? Histograms.STRIDE : 0];
    this.classSums = new int[(FeatureBins.MAX + 1) * classes];
    this.weights = new int[table.rows()];
    this.rows = new int[table.rows()];
    this.right = new int[table.rows()];
    this.features = new int[table.features()];
    this.counts = new long[classes];
  }

  /** Returns how many numbers a leaf gives: of two labels the share of the second one says all. */
  static int outputs(int classes) {
    return classes > 2 ? classes : 1;
  }

  /** Grows a tree from a seed of its own. */
  Grown grow(long seed) {
    int used = draw(Xoshiro256.seeded(seed, ROWS_STREAM));
    Xoshiro256 random = Xoshiro256.seeded(seed, FEATURES_STREAM);
    for (int j = 0; j < features.length; j++) {
      features[j] = j;
    }
    Tree tree = new Tree(outputs(classes), 64);
    BitSet drawn = new BitSet(table.rows());
    for (int i = 0; i < used; i++) {
      drawn.set(rows[i]);
    }
    pendingSize = 0;
    push(tree.addLeaf(table.rows()), 0, used, 0);
    while (pendingSize > 0 && !cancelled.getAsBoolean()) {
      int depth = pending[--pendingSize];
      int count = pending[--pendingSize];
      int start = pending[--pendingSize];
      int node = pending[--pendingSize];
      int weight = look(start, start + count);
      split.clear();
      if (depth < maxDepth && weight >= 2L * settings.minSamplesLeaf() && count > 1) {
        choose(start, start + count, random);
      }
      if (!split.exists()) {
        finish(tree, node, weight);
        continue;
      }
      int lefts = part(start, start + count);
      int leftNode = tree.addLeaf(weightOf(start, start + lefts));
      int rightNode = tree.addLeaf(weightOf(start + lefts, start + count));
      tree.split(node, split, table.bins(split.feature), leftNode, rightNode);
      push(rightNode, start + lefts, count - lefts, depth + 1);
      push(leftNode, start, lefts, depth + 1);
    }
    return new Grown(tree, drawn);
  }

  private void push(int node, int start, int count, int depth) {
    if (pendingSize + 4 > pending.length) {
      pending = Arrays.copyOf(pending, 2 * pending.length);
    }
    pending[pendingSize++] = node;
    pending[pendingSize++] = start;
    pending[pendingSize++] = count;
    pending[pendingSize++] = depth;
  }

  /** Draws as many rows as there are, and returns how many different ones. */
  private int draw(Xoshiro256 random) {
    Arrays.fill(weights, settings.bootstrap() ? 0 : 1);
    if (settings.bootstrap()) {
      for (int i = 0; i < weights.length; i++) {
        weights[random.nextInt(weights.length)]++;
      }
    }
    int used = 0;
    for (int row = 0; row < weights.length; row++) {
      if (weights[row] != 0) {
        rows[used++] = row;
      }
    }
    return used;
  }

  /** Adds up the rows of a node and returns how many were drawn. */
  private int look(int from, int to) {
    if (classes > 0) {
      Arrays.fill(counts, 0);
      for (int i = from; i < to; i++) {
        counts[(int) targets[rows[i]]] += weights[rows[i]];
      }
    } else {
      gradient = 0;
      hessian = 0;
      long one = quantum.hessian(1);
      for (int i = from; i < to; i++) {
        gradient += quantum.gradient(targets[rows[i]]) * weights[rows[i]];
        hessian += one * weights[rows[i]];
      }
    }
    return weightOf(from, to);
  }

  private int weightOf(int from, int to) {
    int weight = 0;
    for (int i = from; i < to; i++) {
      weight += weights[rows[i]];
    }
    return weight;
  }

  private boolean isPure() {
    int present = 0;
    for (long count : counts) {
      present += count != 0 ? 1 : 0;
    }
    return present == 1;
  }

  /** Looks at features in a random order, until there were enough of them and one of them had a split. */
  private void choose(int from, int to, Xoshiro256 random) {
    if (classes > 0) {
      if (isPure()) {
        return;
      }
      giniFinder.begin(counts);
    } else {
      varianceFinder.begin(quantum, gradient, hessian, Double.NEGATIVE_INFINITY,
          Double.POSITIVE_INFINITY);
    }
    for (int i = 0; i < features.length && (i < choice || !split.exists()); i++) {
      int j = i + random.nextInt(features.length - i);
      int feature = features[j];
      features[j] = features[i];
      features[i] = feature;
      FeatureBins bins = table.bins(feature);
      if (bins.count() == 1 && !bins.rest()) {
        continue;
      }
      if (classes > 0) {
        addClasses(feature, from, to);
        giniFinder.find(feature, bins, classSums, split);
      } else {
        addNumbers(feature, from, to);
        varianceFinder.find(feature, bins, pairs, 0, split);
      }
    }
  }

  private void addClasses(int feature, int from, int to) {
    Arrays.fill(classSums, 0, (table.bins(feature).count() + 1) * classes, 0);
    byte[] column = table.column(feature);
    for (int i = from; i < to; i++) {
      int row = rows[i];
      int bin = column[row] & 0xff;
      classSums[bin * classes + (int) targets[row]] += weights[row];
    }
  }

  private void addNumbers(int feature, int from, int to) {
    Arrays.fill(pairs, 0, 2 * (table.bins(feature).count() + 1), 0);
    byte[] column = table.column(feature);
    long one = quantum.hessian(1);
    for (int i = from; i < to; i++) {
      int row = rows[i];
      int at = 2 * (column[row] & 0xff);
      pairs[at] += quantum.gradient(targets[row]) * weights[row];
      pairs[at + 1] += one * weights[row];
    }
  }

  /** Parts the rows of a node, each side in its order, and returns how many go left. */
  private int part(int from, int to) {
    byte[] column = table.column(split.feature);
    int missing = table.bins(split.feature).count();
    int lefts = from;
    int rights = 0;
    for (int i = from; i < to; i++) {
      int row = rows[i];
      int bin = column[row] & 0xff;
      if (split.goesLeft(bin, missing)) {
        rows[lefts++] = row;
      } else {
        right[rights++] = row;
      }
    }
    System.arraycopy(right, 0, rows, lefts, rights);
    return lefts - from;
  }

  private void finish(Tree tree, int node, int weight) {
    if (classes == 0) {
      tree.setValue(node, 0, (float) (quantum.gradientOf(gradient) / weight));
    }
    for (int k = 0; k < tree.width() && classes > 0; k++) {
      long count = counts[classes == 2 ? 1 : k];
      // so that the sum over the trees is the mean of their shares
      tree.setValue(node, k, (float) ((double) count / weight / settings.trees()));
    }
  }
}

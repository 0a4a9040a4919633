package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;

/**
 * A tree of whole numbers. Inner nodes are numbered in preorder, the left subtree first, leaves from left to right. A
 * node says how many inner nodes its left subtree has, and that is all it takes to find the way: the left subtree begins
 * at the next node, the right one so many nodes later. So there are no cycles to look for, and one tree has one form.
 * Immutable.
 */
final class IntegerTree {
  /** Left if the byte is at most the argument. */
  static final int AT_MOST = 0;
  /** Left if the byte is at most the argument, or that of NaN. */
  static final int AT_MOST_OR_MISSING = 1;
  /** Left if the byte is in the set of this number, among those of the feature. */
  static final int IN_SET = 2;
  /** One more than the greatest number of inner nodes. */
  static final int MAX_NODES = 1 << 24;

  private final int firstTarget;
  private final int width;
  private final char[] features;
  private final byte[] modes;
  private final char[] arguments;
  private final int[] left;
  private final int[] leaves;

  /**
   * Takes over what it is given.
   *
   * @param firstTarget the first target that leaves give something to
   * @param width how many targets, in a row, leaves give something to
   * @param left how many inner nodes the left subtree of each node has
   * @param leaves of each leaf, one number for each of its targets
   */
  IntegerTree(int firstTarget, int width, char[] features, byte[] modes, char[] arguments,
      int[] left, int[] leaves) {
    this.firstTarget = firstTarget;
    this.width = width;
    this.features = features;
    this.modes = modes;
    this.arguments = arguments;
    this.left = left;
    this.leaves = leaves;
  }

  /** @throws IllegalArgumentException if this is no tree over these features and targets; says why */
  void check(List<IntegerFeature> all, int targets) {
    if (width < 1 || firstTarget < 0 || (long) firstTarget + width > targets) {
      throw new IllegalArgumentException("leaves give " + width + " numbers to the targets from "
          + firstTarget + " on; there are " + targets + " targets");
    }
    // how many inner nodes each subtree has that is still to come
    int[] sizes = new int[1];
    int open = 0;
    if (nodes() > 0) {
      sizes[open++] = nodes();
    }
    for (int node = 0; node < nodes(); node++) {
      checkQuestion(all, node);
      int size = sizes[--open];
      if (left[node] < 0 || left[node] >= size) {
        throw new IllegalArgumentException("node " + node + " has " + left[node]
            + " inner nodes to its left; there are " + (size - 1) + " beneath it");
      }
      if (open + 2 > sizes.length) {
        sizes = Arrays.copyOf(sizes, 2 * sizes.length + 2);
      }
      int right = size - 1 - left[node];
      if (right > 0) {
        sizes[open++] = right;
      }
      if (left[node] > 0) {
        sizes[open++] = left[node];
      }
    }
  }

  private void checkQuestion(List<IntegerFeature> all, int node) {
    if (features[node] >= all.size()) {
      throw new IllegalArgumentException("node " + node + " asks for feature "
          + (int) features[node] + "; there are " + all.size());
    }
    IntegerFeature feature = all.get(features[node]);
    boolean fits = switch (modes[node]) {
      case AT_MOST -> !feature.categorical() && arguments[node] < feature.count();
      case AT_MOST_OR_MISSING -> !feature.categorical() && arguments[node] < feature.count()
          && feature.ownMissing();
      case IN_SET -> arguments[node] < feature.sets();
      default -> false;
    };
    if (!fits) {
      throw new IllegalArgumentException("node " + node + " asks by mode " + modes[node]
          + " for " + (int) arguments[node] + " of feature " + (int) features[node] + ", which is "
          + (feature.categorical() ? "categorical, " : "ordered, ")
          + (feature.ownMissing() ? "knows what is missing, " : "") + "and has "
          + feature.count() + " numbers and " + feature.sets() + " sets");
    }
  }

  int firstTarget() {
    return firstTarget;
  }

  int width() {
    return width;
  }

  /** Returns the number of inner nodes. */
  int nodes() {
    return features.length;
  }

  int feature(int node) {
    return features[node];
  }

  int mode(int node) {
    return modes[node];
  }

  int argument(int node) {
    return arguments[node];
  }

  int left(int node) {
    return left[node];
  }

  /** Returns what a leaf gives to the target of this number, from 0, among its own. */
  int leaf(int leaf, int of) {
    return leaves[leaf * width + of];
  }

  /** Returns the greatest absolute number that a leaf gives to a target of its own. */
  long greatest(int of) {
    long greatest = 0;
    for (int i = of; i < leaves.length; i += width) {
      greatest = Math.max(greatest, Math.abs((long) leaves[i]));
    }
    return greatest;
  }

  /** Adds what the tree says of a row. */
  void add(byte[] row, List<IntegerFeature> all, int[] sums) {
    int node = 0;
    int leaf = 0;
    int size = nodes();
    while (size > 0) {
      int beside = left[node];
      if (isLeft(node, row[features[node]] & 0xff, all)) {
        size = beside;
      } else {
        leaf += beside + 1;
        size -= beside + 1;
        node += beside;
      }
      node++;
    }
    for (int i = 0; i < width; i++) {
      sums[firstTarget + i] += leaves[leaf * width + i];
    }
  }

  private boolean isLeft(int node, int value, List<IntegerFeature> all) {
    return switch (modes[node]) {
      case AT_MOST -> value <= arguments[node];
      case AT_MOST_OR_MISSING -> value <= arguments[node]
          || value == all.get(features[node]).missing();
      default -> all.get(features[node]).isIn(arguments[node], value);
    };
  }
}

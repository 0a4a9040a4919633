package org.modelledger.ml.exact.internal.ensemble;

/**
 * Exact SHAP values of trees: how much each feature moved a row's score away from what is expected without
 * knowing the row. Path-dependent TreeSHAP, in O(leaves · depth²) for a tree (Lundberg, Erion, Chen et al.,
 * "From local explanations to global understanding with explainable AI for trees", Nature Machine
 * Intelligence 2, 2020, algorithm 2). What is expected where a feature is not known comes from the covers:
 * how many rows went each way. A branch nobody took takes no part; where nobody came at all, both ways are
 * taken by half.
 *
 * <p>In float64; trees in their order, in a tree the way that the row goes before the other, so that every
 * sum has one order. Immutable and safe for use by several threads.
 */
public final class TreeShap {
  /** A path takes memory by its square. */
  private static final int MAX_DEPTH = 1024;

  private final TreeEnsemble trees;
  /** Of the rows that come to its parent, how many come to a node. */
  private final double[] share;
  private final int depth;
  private final double[] base;

  private TreeShap(TreeEnsemble trees, double[] cover, double[] baseValues) {
    if (trees.aggregate != Aggregate.SUM && trees.aggregate != Aggregate.AVERAGE) {
      throw new IllegalArgumentException("the trees are aggregated by " + trees.aggregate
          + "; expected SUM or AVERAGE, whose parts add up");
    }
    this.trees = trees;
    this.share = new double[trees.nodes()];
    int deepest = 0;
    int[] depths = new int[trees.nodes()];
    for (int node = 0; node < trees.nodes(); node++) {
      if (trees.modes[node] != Mode.LEAF) {
        int yes = trees.yes[node];
        int no = trees.no[node];
        double both = cover[yes] + cover[no];
        share[yes] = both == 0 ? 0.5 : cover[yes] / both;
        share[no] = both == 0 ? 0.5 : cover[no] / both;
        depths[yes] = depths[node] + 1;
        depths[no] = depths[node] + 1;
        deepest = Math.max(deepest, depths[node] + 1);
      }
    }
    if (deepest > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a tree is " + deepest + " deep; expected at most " + MAX_DEPTH);
    }
    this.depth = deepest;
    this.base = expected(baseValues);
  }

  /**
   * Returns the explainer of trees whose file says how many training rows, or how much weight, came to each
   * node.
   *
   * @param base values of the ensemble: one for each target, or none
   * @throws IllegalArgumentException if the file does not say so, or the trees' parts do not add up
   */
  public static TreeShap ofCovers(TreeEnsemble trees, double[] base) {
    if (!hasCovers(trees)) {
      throw new IllegalArgumentException(
          "the model does not say how many rows came to each node (nodes_hitrates, the children's"
              + " adding up to their parent's); expected that, or rows to count");
    }
    return new TreeShap(trees, trees.cover, base);
  }

  /**
   * Says whether there are covers that can be meant: those of roots above 0, none below, and children's
   * adding up to their parent's.
   */
  private static boolean hasCovers(TreeEnsemble trees) {
    if (trees.cover.length == 0) {
      return false;
    }
    for (int tree = 0; tree < trees.trees(); tree++) {
      if (!(trees.cover[trees.starts[tree]] > 0)) {
        return false;
      }
    }
    for (int node = 0; node < trees.nodes(); node++) {
      if (trees.modes[node] != Mode.LEAF) {
        double parent = trees.cover[node];
        double both = trees.cover[trees.yes[node]] + trees.cover[trees.no[node]];
        boolean adds = Math.abs(parent - both) <= 1e-3 * Math.abs(parent);
        if (!adds || trees.cover[trees.yes[node]] < 0 || trees.cover[trees.no[node]] < 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the explainer of trees that counts how many of some rows come to each node. */
  public static TreeShap ofRows(TreeEnsemble trees, double[] base, double[][] rows) {
    double[] cover = new double[trees.nodes()];
    for (double[] row : rows) {
      for (int tree = 0; tree < trees.trees(); tree++) {
        int node = trees.starts[tree];
        cover[node]++;
        while (trees.modes[node] != Mode.LEAF) {
          node = trees.next(node, row[trees.feature[node]]);
          cover[node]++;
        }
      }
    }
    return new TreeShap(trees, cover, base);
  }

  private double[] expected(double[] baseValues) {
    double[] sums = new double[trees.targets];
    double[] probability = new double[trees.nodes()];
    for (int tree = 0; tree < trees.trees(); tree++) {
      probability[trees.starts[tree]] = 1;
      for (int node = trees.starts[tree]; node < trees.starts[tree + 1]; node++) {
        if (trees.modes[node] != Mode.LEAF) {
          probability[trees.yes[node]] = probability[node] * share[trees.yes[node]];
          probability[trees.no[node]] = probability[node] * share[trees.no[node]];
        }
        for (int w = trees.weightStarts[node]; w < trees.weightStarts[node + 1]; w++) {
          sums[trees.target[w]] += probability[node] * trees.weight[w];
        }
      }
    }
    average(sums);
    for (int t = 0; t < baseValues.length; t++) {
      sums[t] += baseValues[t];
    }
    return sums;
  }

  private void average(double[] sums) {
    if (trees.aggregate == Aggregate.AVERAGE) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] /= trees.trees();
      }
    }
  }

  /** Returns what is expected of each target without knowing the row. */
  public double[] base() {
    return base.clone();
  }

  /**
   * Returns the contribution of each feature to each target of a row.
   *
   * @param row of at least as many elements as there are features
   * @return {@code [target][feature]}, as many features as the row has
   */
  public double[][] explain(double[] row) {
    double[][] contributions = new double[trees.targets][row.length];
    Walk walk = new Walk(row, contributions);
    for (int tree = 0; tree < trees.trees(); tree++) {
      walk.down(trees.starts[tree], 0, 0, 1, 1, -1);
    }
    for (double[] target : contributions) {
      average(target);
    }
    return contributions;
  }

  /**
   * One row's way through a tree, both sides of each fork. A path is the features asked for so far, each
   * once: what share of the rows goes along if it is not known (zero), whether the row does if it is (one),
   * and by how many other features are known, the sum of the weights of these cases. Each level of the tree
   * has a path of its own behind that of the level above.
   */
  private final class Walk {
    private final double[] row;
    private final double[][] contributions;
    private final int[] feature;
    private final double[] zero;
    private final double[] one;
    private final double[] weight;

    Walk(double[] row, double[][] contributions) {
      this.row = row;
      this.contributions = contributions;
      int room = (depth + 2) * (depth + 3) / 2;
      this.feature = new int[room];
      this.zero = new double[room];
      this.one = new double[room];
      this.weight = new double[room];
    }

    /**
     * @param above where the path of the level above begins
     * @param length how many elements that has
     */
    void down(int node, int above, int length, double zeroPart, double onePart, int asked) {
      int at = above + length;
      System.arraycopy(feature, above, feature, at, length);
      System.arraycopy(zero, above, zero, at, length);
      System.arraycopy(one, above, one, at, length);
      System.arraycopy(weight, above, weight, at, length);
      extend(at, length, zeroPart, onePart, asked);
      int last = length;
      if (trees.modes[node] == Mode.LEAF) {
        for (int i = 1; i <= last; i++) {
          double part = unwoundSum(at, last, i) * (one[at + i] - zero[at + i]);
          for (int w = trees.weightStarts[node]; w < trees.weightStarts[node + 1]; w++) {
            contributions[trees.target[w]][feature[at + i]] += part * trees.weight[w];
          }
        }
        return;
      }
      int question = trees.feature[node];
      int hot = trees.next(node, row[question]);
      int cold = hot == trees.yes[node] ? trees.no[node] : trees.yes[node];
      double zeroBefore = 1;
      double oneBefore = 1;
      for (int i = 1; i <= last; i++) {
        if (feature[at + i] == question) {
          zeroBefore = zero[at + i];
          oneBefore = one[at + i];
          unwind(at, last, i);
          last--;
          break;
        }
      }
      fork(hot, at, last + 1, zeroBefore * share[hot], oneBefore, question);
      fork(cold, at, last + 1, zeroBefore * share[cold], 0, question);
    }

    /** A side that is taken neither with the feature nor without gives nothing. */
    private void fork(int node, int at, int length, double zeroPart, double onePart, int asked) {
      if (zeroPart != 0 || onePart != 0) {
        down(node, at, length, zeroPart, onePart, asked);
      }
    }

    private void extend(int at, int last, double zeroPart, double onePart, int asked) {
      feature[at + last] = asked;
      zero[at + last] = zeroPart;
      one[at + last] = onePart;
      weight[at + last] = last == 0 ? 1 : 0;
      for (int i = last - 1; i >= 0; i--) {
        weight[at + i + 1] += onePart * weight[at + i] * (i + 1) / (last + 1);
        weight[at + i] = zeroPart * weight[at + i] * (last - i) / (last + 1);
      }
    }

    /** Takes an element out of the path again. */
    private void unwind(int at, int last, int element) {
      double zeroPart = zero[at + element];
      double onePart = one[at + element];
      double next = weight[at + last];
      for (int i = last - 1; i >= 0; i--) {
        if (onePart != 0) {
          double before = weight[at + i];
          weight[at + i] = next * (last + 1) / ((i + 1) * onePart);
          next = before - weight[at + i] * zeroPart * (last - i) / (last + 1);
        } else {
          weight[at + i] = weight[at + i] * (last + 1) / (zeroPart * (last - i));
        }
      }
      for (int i = element; i < last; i++) {
        feature[at + i] = feature[at + i + 1];
        zero[at + i] = zero[at + i + 1];
        one[at + i] = one[at + i + 1];
      }
    }

    /** Returns the sum of the weights of the path without an element. */
    private double unwoundSum(int at, int last, int element) {
      double zeroPart = zero[at + element];
      double onePart = one[at + element];
      double next = weight[at + last];
      double total = 0;
      for (int i = last - 1; i >= 0; i--) {
        if (onePart != 0) {
          double part = next * (last + 1) / ((i + 1) * onePart);
          total += part;
          next = weight[at + i] - part * zeroPart * (last - i) / (last + 1);
        } else {
          total += weight[at + i] * (last + 1) / (zeroPart * (last - i));
        }
      }
      return total;
    }
  }
}

package org.modelledger.ml.exact.internal.ensemble;

import java.util.Arrays;
import java.util.List;

/**
 * Trees, checked. Nodes are numbered tree after tree, breadth-first, so that the two children of a node are
 * neighbours. Immutable and safe for use by several threads.
 */
public final class TreeEnsemble {
  /** Nodes and weights together; what is larger is refused. */
  private static final int MAX_NODES = 1 << 26;

  final boolean float64;
  final int features;
  final int targets;
  final Aggregate aggregate;
  /** The first node of each tree, and where the last one ends. */
  final int[] starts;
  final Mode[] modes;
  final int[] feature;
  final double[] value;
  final int[] yes;
  final int[] no;
  final boolean[] missingYes;
  /** Empty if not known. */
  final double[] cover;
  final double[][] members;
  /** Where the weights of each node begin, and where the last ones end. */
  final int[] weightStarts;
  final int[] target;
  final double[] weight;

  /**
   * @param targets how many there are, from 1
   * @throws IllegalArgumentException if these are no trees; names the node
   */
  public TreeEnsemble(RawTrees raw, int targets, Aggregate aggregate) {
    int count = raw.modes.length;
    if (count > MAX_NODES || raw.weights.length > MAX_NODES) {
      throw new IllegalArgumentException("there are " + count + " nodes and "
          + raw.weights.length + " weights; expected at most " + MAX_NODES);
    }
    if (raw.roots.length == 0) {
      throw new IllegalArgumentException("there are no trees; expected at least one");
    }
    this.float64 = raw.float64;
    this.targets = targets;
    this.aggregate = aggregate;
    int[] order = new int[count];
    int[] place = new int[count];
    this.starts = order(raw, order, place);
    int reached = starts[starts.length - 1];
    this.modes = new Mode[reached];
    this.feature = new int[reached];
    this.value = new double[reached];
    this.yes = new int[reached];
    this.no = new int[reached];
    this.missingYes = new boolean[reached];
    this.members = new double[reached][];
    this.cover = new double[raw.covers.length == 0 ? 0 : reached];
    int width = 0;
    for (int i = 0; i < reached; i++) {
      int from = order[i];
      modes[i] = raw.modes[from];
      feature[i] = raw.features[from];
      value[i] = raw.values[from];
      missingYes[i] = raw.missingYes[from];
      List<Double> set = raw.members.getOrDefault(from, List.of());
      members[i] = new double[set.size()];
      for (int k = 0; k < set.size(); k++) {
        members[i][k] = set.get(k);
      }
      if (cover.length > 0) {
        cover[i] = raw.covers[from];
      }
      if (modes[i] == Mode.LEAF) {
        yes[i] = i;
        no[i] = i;
      } else {
        yes[i] = place[raw.yes[from]];
        no[i] = place[raw.no[from]];
        if (feature[i] < 0) {
          throw new IllegalArgumentException(raw.names.of(from) + " asks for the feature "
              + feature[i] + "; expected 0 or more");
        }
        width = Math.max(width, feature[i] + 1);
      }
    }
    this.features = width;
    this.weightStarts = new int[reached + 1];
    int[] which = weights(raw, place);
    this.target = new int[which.length];
    this.weight = new double[which.length];
    for (int i = 0; i < which.length; i++) {
      target[i] = raw.weightTarget[which[i]];
      weight[i] = raw.weights[which[i]];
    }
  }

  /** Goes through all trees, breadth-first, and returns where each begins and the last ends. */
  private static int[] order(RawTrees raw, int[] order, int[] place) {
    Arrays.fill(place, -1);
    int[] starts = new int[raw.roots.length + 1];
    int end = 0;
    for (int tree = 0; tree < raw.roots.length; tree++) {
      int at = end;
      end = reach(raw, raw.roots[tree], -1, order, place, end);
      for (; at < end; at++) {
        int node = order[at];
        if (raw.modes[node] == Mode.LEAF) {
          continue;
        }
        // whoever goes left where a value is small makes "left" the first of the two
        boolean yesFirst = raw.modes[node] != Mode.BRANCH_GTE
            && raw.modes[node] != Mode.BRANCH_GT;
        end = reach(raw, yesFirst ? raw.yes[node] : raw.no[node], node, order, place, end);
        end = reach(raw, yesFirst ? raw.no[node] : raw.yes[node], node, order, place, end);
      }
      starts[tree + 1] = end;
    }
    return starts;
  }

  private static int reach(RawTrees raw, int node, int parent, int[] order, int[] place, int end) {
    String from = parent < 0 ? "a tree" : raw.names.of(parent);
    if (node < 0 || node >= place.length) {
      throw new IllegalArgumentException(
          from + " leads to node " + node + "; expected one of " + place.length + " nodes");
    }
    if (place[node] >= 0) {
      throw new IllegalArgumentException(from + " leads to " + raw.names.of(node)
          + ", which was reached before; expected trees, without cycles");
    }
    place[node] = end;
    order[end] = node;
    return end + 1;
  }

  /** Returns the weights that count in the order of their nodes, those of one node as in the file. */
  private int[] weights(RawTrees raw, int[] place) {
    int count = raw.weights.length;
    for (int i = 0; i < count; i++) {
      int node = raw.weightNode[i];
      if (raw.weightTarget[i] < 0 || raw.weightTarget[i] >= targets) {
        throw new IllegalArgumentException(raw.names.of(node) + " gives a weight to "
            + raw.weightTarget[i] + "; expected one of " + targets + " targets or classes");
      }
      if (counts(raw, place, i)) {
        weightStarts[place[node] + 1]++;
      }
    }
    for (int i = 1; i < weightStarts.length; i++) {
      weightStarts[i] += weightStarts[i - 1];
    }
    int[] next = weightStarts.clone();
    int[] which = new int[weightStarts[weightStarts.length - 1]];
    for (int i = 0; i < count; i++) {
      if (counts(raw, place, i)) {
        which[next[place[raw.weightNode[i]]]++] = i;
      }
    }
    return which;
  }

  private static boolean counts(RawTrees raw, int[] place, int weight) {
    int node = raw.weightNode[weight];
    return place[node] >= 0 && raw.modes[node] == Mode.LEAF;
  }

  /** Returns how many trees there are. */
  public int trees() {
    return starts.length - 1;
  }

  /** Returns how many nodes all trees have together. */
  public int nodes() {
    return modes.length;
  }

  /** Returns one more than the greatest feature that is asked for; 0 if there are leaves only. */
  public int features() {
    return features;
  }

  public int targets() {
    return targets;
  }

  public Aggregate aggregate() {
    return aggregate;
  }

  /** Says whether values are compared and weights added in float64. */
  public boolean isFloat64() {
    return float64;
  }

  /** Says whether all weights go to one target, and returns it; -1 if not. */
  public int onlyTarget() {
    for (int t : target) {
      if (t != target[0]) {
        return -1;
      }
    }
    return target.length == 0 ? -1 : target[0];
  }

  /** Returns the same trees with all weights for the one target there then is. */
  public TreeEnsemble ofOneTarget() {
    return new TreeEnsemble(this, new int[target.length]);
  }

  private TreeEnsemble(TreeEnsemble other, int[] target) {
    this.float64 = other.float64;
    this.features = other.features;
    this.targets = 1;
    this.aggregate = other.aggregate;
    this.starts = other.starts;
    this.modes = other.modes;
    this.feature = other.feature;
    this.value = other.value;
    this.yes = other.yes;
    this.no = other.no;
    this.missingYes = other.missingYes;
    this.cover = other.cover;
    this.members = other.members;
    this.weightStarts = other.weightStarts;
    this.target = target;
    this.weight = other.weight;
  }

  /** Returns the first node of a tree; of the number of trees, where the last one ends. */
  public int root(int tree) {
    return starts[tree];
  }

  /** Returns what a node asks. */
  public Mode mode(int node) {
    return modes[node];
  }

  /** Returns which feature a node asks for. */
  public int feature(int node) {
    return feature[node];
  }

  /** Returns what a node compares with. */
  public double value(int node) {
    return value[node];
  }

  /** Returns the set that a node of {@link Mode#BRANCH_MEMBER} asks for. */
  public double[] members(int node) {
    return members[node].clone();
  }

  /** Returns where a node leads whose question is answered so; a leaf to itself. */
  public int child(int node, boolean answer) {
    return answer ? yes[node] : no[node];
  }

  /** Says whether NaN is answered yes, whatever is asked. */
  public boolean isMissingYes(int node) {
    return missingYes[node];
  }

  /** Adds the weights of a leaf to what its targets have. */
  public void addWeights(int leaf, double[] sums) {
    for (int i = weightStarts[leaf]; i < weightStarts[leaf + 1]; i++) {
      sums[target[i]] += weight[i];
    }
  }

  /** Says to which targets a leaf gives weights. */
  public void markTargets(int leaf, boolean[] given) {
    for (int i = weightStarts[leaf]; i < weightStarts[leaf + 1]; i++) {
      given[target[i]] = true;
    }
  }

  /** Says whether some weight is below 0. */
  public boolean isSigned() {
    for (double w : weight) {
      if (w < 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the child that a value leads to. */
  int next(int node, double x) {
    boolean answer = switch (modes[node]) {
      case BRANCH_LEQ -> x <= value[node];
      case BRANCH_LT -> x < value[node];
      case BRANCH_GTE -> x >= value[node];
      case BRANCH_GT -> x > value[node];
      case BRANCH_EQ -> x == value[node];
      case BRANCH_NEQ -> x != value[node];
      case BRANCH_MEMBER -> isMember(members[node], x);
      case LEAF -> true;
    };
    return answer || (missingYes[node] && Double.isNaN(x)) ? yes[node] : no[node];
  }

  private static boolean isMember(double[] set, double x) {
    for (double element : set) {
      if (x == element) {
        return true;
      }
    }
    return false;
  }

  /** Returns the leaf that a row comes to. */
  int leaf(int tree, double[] row) {
    int node = starts[tree];
    while (modes[node] != Mode.LEAF) {
      node = next(node, row[feature[node]]);
    }
    return node;
  }
}

package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.modelledger.inference.DataType;
import org.modelledger.ml.exact.Operators.Node;
import org.modelledger.ml.exact.internal.ensemble.Aggregate;
import org.modelledger.ml.exact.internal.ensemble.Mode;
import org.modelledger.ml.exact.internal.ensemble.RawTrees;
import org.modelledger.ml.exact.internal.ensemble.TreeEnsemble;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxTensor;

/** Reads trees from the attributes of ONNX-ML's nodes. */
final class TreeAttributes {
  private static final Set<String> NODES = Set.of("base_values", "base_values_as_tensor",
      "nodes_falsenodeids", "nodes_featureids", "nodes_hitrates", "nodes_hitrates_as_tensor",
      "nodes_missing_value_tracks_true", "nodes_modes", "nodes_nodeids", "nodes_treeids",
      "nodes_truenodeids", "nodes_values", "nodes_values_as_tensor", "post_transform");

  static final Set<String> CLASSIFIER = with(NODES, "class_ids", "class_nodeids", "class_treeids",
      "class_weights", "class_weights_as_tensor", "classlabels_int64s", "classlabels_strings");

  static final Set<String> REGRESSOR = with(NODES, "aggregate_function", "n_targets", "target_ids",
      "target_nodeids", "target_treeids", "target_weights", "target_weights_as_tensor");

  static final Set<String> ENSEMBLE = Set.of("aggregate_function", "leaf_targetids",
      "leaf_weights", "membership_values", "n_targets", "nodes_falseleafs", "nodes_falsenodeids",
      "nodes_featureids", "nodes_hitrates", "nodes_missing_value_tracks_true", "nodes_modes",
      "nodes_splits", "nodes_trueleafs", "nodes_truenodeids", "post_transform", "tree_roots");

  /** The numbers that version 5 has for words. */
  private static final List<Mode> MODES = List.of(Mode.BRANCH_LEQ, Mode.BRANCH_LT,
      Mode.BRANCH_GTE, Mode.BRANCH_GT, Mode.BRANCH_EQ, Mode.BRANCH_NEQ, Mode.BRANCH_MEMBER);

  private TreeAttributes() {}

  private static Set<String> with(Set<String> some, String... others) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(List.of(others));
    return Set.copyOf(all);
  }

  /**
   * Returns the numbers of an attribute or of the tensor that may stand for it, none if both are absent.
   *
   * @param type of the input: a tensor of another floating-point type is refused
   */
  private static double[] numbers(Node node, String name, String tensorName, DataType type) {
    float[] floats = name.isEmpty() ? new float[0] : node.floats(name);
    double[] numbers = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      numbers[i] = floats[i];
    }
    if (!node.has(tensorName)) {
      return numbers;
    }
    if (floats.length > 0) {
      throw node.unsupported("'" + name + "' and '" + tensorName + "'", "one of them");
    }
    OnnxTensor tensor = node.tensor(tensorName).orElseThrow();
    OnnxDataType wanted = type == DataType.FP64 ? OnnxDataType.DOUBLE : OnnxDataType.FLOAT;
    if (tensor.type() != wanted) {
      throw node.unsupported("'" + tensorName + "' of type " + tensor.type() + " for " + type,
          wanted.toString());
    }
    if (wanted == OnnxDataType.DOUBLE) {
      return tensor.toDoubles();
    }
    float[] elements = tensor.toFloats();
    double[] result = new double[elements.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = elements[i];
    }
    return result;
  }

  /** Returns the base values: as many as one of the counts says, or none. */
  static double[] base(Node node, DataType type, Integer... counts) {
    double[] base = numbers(node, "base_values", "base_values_as_tensor", type);
    if (base.length != 0 && !List.of(counts).contains(base.length)) {
      throw node.unsupported(base.length + " base values",
          "none, or as many as there are scores: " + new TreeSet<>(List.of(counts)));
    }
    return base;
  }

  private static void same(Node node, String name, int length, int expected) {
    if (length != expected) {
      throw node.unsupported("'" + name + "' with " + length + " elements",
          expected + ", as there are nodes or weights");
    }
  }

  private static int[] ints(Node node, String name, int expected) {
    long[] longs = node.integers(name);
    same(node, name, longs.length, expected);
    int[] ints = new int[longs.length];
    for (int i = 0; i < ints.length; i++) {
      if (longs[i] != (int) longs[i]) {
        throw node.unsupported("'" + name + "' with the element " + longs[i],
            "numbers of 32 bits");
      }
      ints[i] = (int) longs[i];
    }
    return ints;
  }

  private static boolean[] flags(Node node, String name, int count) {
    boolean[] flags = new boolean[count];
    if (node.has(name)) {
      long[] given = node.integers(name);
      same(node, name, given.length, count);
      for (int i = 0; i < count; i++) {
        flags[i] = given[i] != 0;
      }
    }
    return flags;
  }

  /**
   * Versions 1 to 4: nodes are called by tree and node.
   *
   * @param weights what the names of the attributes with the leaves' weights begin with
   */
  static TreeEnsemble numbered(Node node, DataType type, String weights, int targets,
      Aggregate aggregate) {
    List<String> words = node.texts("nodes_modes");
    int count = words.size();
    Mode[] modes = new Mode[count];
    for (int i = 0; i < count; i++) {
      modes[i] = mode(node, words.get(i));
    }
    int[] treeIds = ints(node, "nodes_treeids", count);
    int[] nodeIds = ints(node, "nodes_nodeids", count);
    Map<Long, Integer> places = HashMap.newHashMap(count);
    for (int i = 0; i < count; i++) {
      if (places.put(id(treeIds[i], nodeIds[i]), i) != null) {
        throw node.unsupported("node " + nodeIds[i] + " of tree " + treeIds[i] + " twice",
            "each once");
      }
    }
    boolean[] child = new boolean[count];
    int[] yes = children(node, "nodes_truenodeids", modes, treeIds, nodeIds, places, child);
    int[] no = children(node, "nodes_falsenodeids", modes, treeIds, nodeIds, places, child);
    double[] values = numbers(node, "nodes_values", "nodes_values_as_tensor", type);
    same(node, "nodes_values", values.length, count);
    int[] features = ints(node, "nodes_featureids", count);
    boolean[] missing = flags(node, "nodes_missing_value_tracks_true", count);
    Map<Integer, List<Double>> sets = sets(modes, features, values, yes, no, missing);
    int expected = count;
    for (List<Double> set : sets.values()) {
      expected -= set.size() - 1;
    }
    double[] covers = numbers(node, "nodes_hitrates", "nodes_hitrates_as_tensor", type);
    if (covers.length != 0) {
      same(node, "nodes_hitrates", covers.length, count);
    }
    double[] given = numbers(node, weights + "_weights", weights + "_weights_as_tensor", type);
    int[] targetIds = ints(node, weights + "_ids", given.length);
    int[] targetNodes = ints(node, weights + "_nodeids", given.length);
    int[] targetTrees = ints(node, weights + "_treeids", given.length);
    int[] weightNode = new int[given.length];
    for (int i = 0; i < given.length; i++) {
      Integer place = places.get(id(targetTrees[i], targetNodes[i]));
      if (place == null) {
        throw node.unsupported("a weight of node " + targetNodes[i] + " of tree "
            + targetTrees[i], "nodes that there are");
      }
      weightNode[i] = place;
    }
    return build(node, new RawTrees(type == DataType.FP64,
        i -> "node " + nodeIds[i] + " of tree " + treeIds[i],
        roots(node, treeIds, child), modes, features, values, yes, no, missing, covers, sets,
        weightNode, targetIds, given), expected, targets, aggregate);
  }

  /**
   * Before version 5 a set is written as a chain of BRANCH_EQ that all lead to one node if the answer is
   * yes. Makes a question for membership of the first of each chain, and returns the sets.
   */
  private static Map<Integer, List<Double>> sets(Mode[] modes, int[] features, double[] values,
      int[] yes, int[] no, boolean[] missing) {
    Map<Integer, List<Double>> sets = new HashMap<>();
    boolean[] taken = new boolean[modes.length];
    for (int i = 0; i < modes.length; i++) {
      if (modes[i] != Mode.BRANCH_EQ || taken[i]) {
        continue;
      }
      List<Double> set = new ArrayList<>(List.of(values[i]));
      int next = no[i];
      while (next != i && !taken[next] && features[next] == features[i] && yes[next] == yes[i]
          && (modes[next] == Mode.BRANCH_EQ || modes[next] == Mode.BRANCH_MEMBER)) {
        List<Double> tail = sets.remove(next);
        set.addAll(tail == null ? List.of(values[next]) : tail);
        missing[i] |= missing[next];
        taken[next] = true;
        next = no[next];
      }
      if (set.size() > 1) {
        modes[i] = Mode.BRANCH_MEMBER;
        no[i] = next;
        sets.put(i, set);
      }
    }
    return sets;
  }

  private static Mode mode(Node node, String word) {
    for (Mode mode : Mode.values()) {
      if (mode.name().equals(word) && mode != Mode.BRANCH_MEMBER) {
        return mode;
      }
    }
    throw node.unsupported("a node of mode '" + word + "'",
        "BRANCH_LEQ, BRANCH_LT, BRANCH_GTE, BRANCH_GT, BRANCH_EQ, BRANCH_NEQ and LEAF");
  }

  private static long id(int tree, int node) {
    return (long) tree << 32 | (node & 0xffffffffL);
  }

  private static int[] children(Node node, String name, Mode[] modes, int[] treeIds, int[] nodeIds,
      Map<Long, Integer> places, boolean[] child) {
    int[] ids = ints(node, name, modes.length);
    int[] children = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      if (modes[i] != Mode.LEAF) {
        Integer place = places.get(id(treeIds[i], ids[i]));
        if (place == null) {
          throw node.unsupported("node " + nodeIds[i] + " of tree " + treeIds[i]
              + " leading to node " + ids[i], "children that there are, in the same tree");
        }
        children[i] = place;
        child[place] = true;
      }
    }
    return children;
  }

  /** A tree begins at its only node that is nobody's child; trees are in the order of the file. */
  private static int[] roots(Node node, int[] treeIds, boolean[] child) {
    Map<Integer, Integer> roots = new LinkedHashMap<>();
    for (int tree : treeIds) {
      roots.put(tree, -1);
    }
    for (int i = 0; i < child.length; i++) {
      if (!child[i] && roots.put(treeIds[i], i) >= 0) {
        throw node.unsupported("two nodes of tree " + treeIds[i] + " that none leads to",
            "one, its root");
      }
    }
    roots.forEach((tree, root) -> {
      if (root < 0) {
        throw node.unsupported("tree " + tree + " without a node that none leads to",
            "trees, without cycles");
      }
    });
    return roots.values().stream().mapToInt(Integer::intValue).toArray();
  }

  /** @param expected how many nodes the trees have together */
  private static TreeEnsemble build(Node node, RawTrees raw, int expected, int targets,
      Aggregate aggregate) {
    TreeEnsemble trees;
    try {
      trees = new TreeEnsemble(raw, targets, aggregate);
    } catch (IllegalArgumentException e) {
      throw new org.modelledger.model.ModelFormatException(node + ": " + e.getMessage(), e);
    }
    if (trees.nodes() < expected) {
      throw node.unsupported(
          (expected - trees.nodes()) + " nodes or leaves that no root leads to",
          "trees, without cycles");
    }
    return trees;
  }

  /** Version 5: inner nodes and leaves are two lists, called by their places in them. */
  static TreeEnsemble listed(Node node, DataType type, int targets, Aggregate aggregate) {
    long[] codes = modeCodes(node);
    int inner = codes.length;
    double[] splits = numbers(node, "", "nodes_splits", type);
    double[] leafWeights = numbers(node, "", "leaf_weights", type);
    int leaves = leafWeights.length;
    int count = inner + leaves;
    same(node, "nodes_splits", splits.length, inner);
    Mode[] modes = new Mode[count];
    for (int i = 0; i < count; i++) {
      modes[i] = i < inner ? MODES.get((int) codes[i]) : Mode.LEAF;
    }
    int[] yes = listedChildren(node, "true", inner, leaves);
    int[] no = listedChildren(node, "false", inner, leaves);
    // hit rates of leaves have no place in this version, so those of nodes say nothing
    double[] hits = numbers(node, "", "nodes_hitrates", type);
    if (hits.length != 0) {
      same(node, "nodes_hitrates", hits.length, inner);
    }
    int[] weightNode = new int[leaves];
    for (int i = 0; i < leaves; i++) {
      weightNode[i] = inner + i;
    }
    int expected = count;
    for (int i = 0; i < inner; i++) {
      // a tree of one leaf alone is written as a node whose children both are that leaf
      if (yes[i] == no[i] && yes[i] >= inner) {
        modes[i] = Mode.LEAF;
        weightNode[yes[i] - inner] = i;
        expected--;
      }
    }
    int[] features = ints(node, "nodes_featureids", inner);
    boolean[] missing = flags(node, "nodes_missing_value_tracks_true", inner);
    long[] roots = node.integers("tree_roots");
    return build(node, new RawTrees(type == DataType.FP64,
        i -> i < inner ? "node " + i : "leaf " + (i - inner),
        ints(node, "tree_roots", roots.length), modes, Arrays.copyOf(features, count),
        Arrays.copyOf(splits, count), yes, no, Arrays.copyOf(missing, count),
        new double[0], members(node, type, modes), weightNode,
        ints(node, "leaf_targetids", leaves), leafWeights), expected, targets, aggregate);
  }

  private static long[] modeCodes(Node node) {
    OnnxTensor tensor = node.tensor("nodes_modes")
        .orElseThrow(() -> node.unsupported("no attribute 'nodes_modes'", "one"));
    if (tensor.type() != OnnxDataType.UINT8) {
      throw node.unsupported("'nodes_modes' of type " + tensor.type(), "UINT8");
    }
    long[] codes = new long[tensor.elementCount()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = tensor.data().get(i) & 0xff;
      if (codes[i] >= MODES.size()) {
        throw node.unsupported("a node of mode " + codes[i], "0 to " + (MODES.size() - 1));
      }
    }
    return codes;
  }

  private static int[] listedChildren(Node node, String answer, int inner, int leaves) {
    int[] ids = ints(node, "nodes_" + answer + "nodeids", inner);
    boolean[] leaf = flags(node, "nodes_" + answer + "leafs", inner);
    int[] children = new int[inner + leaves];
    for (int i = 0; i < inner; i++) {
      int limit = leaf[i] ? leaves : inner;
      if (ids[i] < 0 || ids[i] >= limit) {
        throw node.unsupported("node " + i + " leading to " + (leaf[i] ? "leaf " : "node ")
            + ids[i], "one of " + limit);
      }
      children[i] = leaf[i] ? inner + ids[i] : ids[i];
    }
    return children;
  }

  /** The sets stand one after the other, NaN between them, in the order of the nodes that ask for them. */
  private static Map<Integer, List<Double>> members(Node node, DataType type, Mode[] modes) {
    double[] values = numbers(node, "", "membership_values", type);
    List<List<Double>> sets = new ArrayList<>();
    sets.add(new ArrayList<>());
    for (double value : values) {
      if (Double.isNaN(value)) {
        sets.add(new ArrayList<>());
      } else {
        sets.getLast().add(value);
      }
    }
    // the last one may end with a NaN too
    if (sets.getLast().isEmpty()) {
      sets.removeLast();
    }
    Map<Integer, List<Double>> members = new HashMap<>();
    for (int i = 0; i < modes.length; i++) {
      if (modes[i] == Mode.BRANCH_MEMBER) {
        if (members.size() == sets.size()) {
          throw node.unsupported(sets.size() + " sets in 'membership_values'",
              "one for each node of mode BRANCH_MEMBER");
        }
        members.put(i, sets.get(members.size()));
      }
    }
    if (members.size() != sets.size()) {
      throw node.unsupported(
          sets.size() + " sets in 'membership_values' for " + members.size() + " nodes", "as many");
    }
    return members;
  }
}

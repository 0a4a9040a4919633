package org.modelledger.bench.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.modelledger.inference.Tensor;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;

/**
 * Trees as boosting grows them, leaf by leaf, from a seed: each split cuts what is left of its feature's
 * range, so that rows spread over all leaves.
 */
final class TreeModel {
  static final String INPUT = "x";
  static final String OUTPUT = "y";
  static final int FEATURES = 30;
  private static final int OPSET = 17;
  private static final int ML_OPSET = 3;

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<List<Node>> trees = new ArrayList<>();

  private TreeModel() {}

  /** A node: a leaf as long as it has no children. Children have the numbers of nodes of the same tree. */
  static final class Node {
    /** The number of the parent, or -1. */
    final int parent;
    int feature;
    /** The greatest value that goes to {@link #yes}. */
    float cut;
    int yes;
    int no;
    boolean missingToYes;
    float weight;

    Node(int parent) {
      this.parent = parent;
    }

    boolean isLeaf() {
      return yes == 0;
    }
  }

  /** Which part of the features' ranges comes to a leaf. */
  private static final class Box {
    private final int node;
    private final float[] low;
    private final float[] high;

    Box(int node, float[] low, float[] high) {
      this.node = node;
      this.low = low;
      this.high = high;
    }
  }

  /** Grows so many trees with so many leaves each. */
  static TreeModel grow(int trees, int leaves) {
    TreeModel model = new TreeModel();
    for (int tree = 0; tree < trees; tree++) {
      model.trees.add(model.tree(leaves));
    }
    return model;
  }

  /** Returns rows whose every 20th value is missing, from a seed. */
  static Tensor rows(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] elements = new float[count * FEATURES];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextInt(20) == 0 ? Float.NaN : (float) random.nextDouble();
    }
    return Tensor.of(elements, count, FEATURES);
  }

  private List<Node> tree(int leaves) {
    List<Node> nodes = new ArrayList<>();
    List<Box> open = new ArrayList<>();
    float[] ones = new float[FEATURES];
    Arrays.fill(ones, 1);
    open.add(new Box(add(nodes, -1), new float[FEATURES], ones));
    while (open.size() < leaves) {
      Box box = open.remove(random.nextInt(open.size()));
      int feature = random.nextInt(FEATURES);
      float low = box.low[feature];
      float high = box.high[feature];
      float cut = low + (high - low) * (float) (0.25 + random.nextDouble() / 2);
      Node node = nodes.get(box.node);
      node.feature = feature;
      node.cut = cut;
      node.missingToYes = random.nextInt(2) == 1;
      float[] left = box.high.clone();
      left[feature] = cut;
      float[] right = box.low.clone();
      right[feature] = cut;
      node.yes = add(nodes, box.node);
      open.add(new Box(node.yes, box.low, left));
      node.no = add(nodes, box.node);
      open.add(new Box(node.no, right, box.high));
    }
    for (Box box : open) {
      nodes.get(box.node).weight = (float) (random.nextDouble() - 0.5) / 10;
    }
    return nodes;
  }

  private static int add(List<Node> nodes, int parent) {
    nodes.add(new Node(parent));
    return nodes.size() - 1;
  }

  /** Returns the nodes of each tree, its root first. */
  List<List<Node>> trees() {
    return trees;
  }

  /** Returns a regressor as an ONNX file. */
  byte[] onnx() {
    List<Long> treeIds = new ArrayList<>();
    List<Long> nodeIds = new ArrayList<>();
    List<String> modes = new ArrayList<>();
    List<Long> features = new ArrayList<>();
    List<Float> values = new ArrayList<>();
    List<Long> yes = new ArrayList<>();
    List<Long> no = new ArrayList<>();
    List<Long> missing = new ArrayList<>();
    List<Long> weightTrees = new ArrayList<>();
    List<Long> weightNodes = new ArrayList<>();
    List<Long> weightTargets = new ArrayList<>();
    List<Float> weights = new ArrayList<>();
    for (int tree = 0; tree < trees.size(); tree++) {
      for (int number = 0; number < trees.get(tree).size(); number++) {
        Node node = trees.get(tree).get(number);
        treeIds.add((long) tree);
        nodeIds.add((long) number);
        modes.add(node.isLeaf() ? "LEAF" : "BRANCH_LEQ");
        features.add((long) node.feature);
        values.add(node.cut);
        yes.add((long) node.yes);
        no.add((long) node.no);
        missing.add(node.missingToYes ? 1L : 0L);
        if (node.isLeaf()) {
          weightTrees.add((long) tree);
          weightNodes.add((long) number);
          weightTargets.add(0L);
          weights.add(node.weight);
        }
      }
    }
    OnnxDimension batch = OnnxDimension.free("N");
    return OnnxWriter.write(new OnnxModelBuilder("trees").opset("", OPSET)
        .opset("ai.onnx.ml", ML_OPSET)
        .input(OnnxValue.of(INPUT, OnnxDataType.FLOAT, batch, OnnxDimension.of(FEATURES)))
        .output(OnnxValue.of(OUTPUT, OnnxDataType.FLOAT, batch, OnnxDimension.of(1)))
        .node(new OnnxNode("", "ai.onnx.ml", "TreeEnsembleRegressor", List.of(INPUT),
            List.of(OUTPUT),
            List.of(new OnnxAttribute.IntList("nodes_treeids", treeIds),
                new OnnxAttribute.IntList("nodes_nodeids", nodeIds),
                new OnnxAttribute.StringList("nodes_modes", modes),
                new OnnxAttribute.IntList("nodes_featureids", features),
                new OnnxAttribute.FloatList("nodes_values", values),
                new OnnxAttribute.IntList("nodes_truenodeids", yes),
                new OnnxAttribute.IntList("nodes_falsenodeids", no),
                new OnnxAttribute.IntList("nodes_missing_value_tracks_true", missing),
                new OnnxAttribute.IntList("target_treeids", weightTrees),
                new OnnxAttribute.IntList("target_nodeids", weightNodes),
                new OnnxAttribute.IntList("target_ids", weightTargets),
                new OnnxAttribute.FloatList("target_weights", weights),
                new OnnxAttribute.IntValue("n_targets", 1))))
        .build());
  }
}

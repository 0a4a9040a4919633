package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/**
 * Writes trees as a node of ONNX's {@code ai.onnx.ml} operators, version 3. An ordered feature is compared with
 * the bound of its bin. A choice of categories is a chain of equalities, all of which lead to the same left
 * child; other converters write it so, too. {@code nodes_hitrates} says how many rows each node had.
 */
final class TreeGraph {
  static final String SCORES = "scores";
  static final String LABEL = "label";
  static final String PREDICTION = "prediction";
  /** What the outputs are called. */
  static final List<String> NAMES = List.of(SCORES, LABEL, PREDICTION);

  private static final String DOMAIN = "ai.onnx.ml";
  private static final int ML_OPSET = 3;
  private static final int OPSET = 17;
  /** A model of so many nodes takes about a gigabyte, which is near to what a file may have. */
  private static final int MAX_NODES = 1 << 24;

  private final TrainingSpec spec;
  private final FeatureBins[] bins;
  private final boolean float64;
  private final List<Tree> trees;

  private final List<Long> treeIds = new ArrayList<>();
  private final List<Long> nodeIds = new ArrayList<>();
  private final List<Long> featureIds = new ArrayList<>();
  private final List<String> modes = new ArrayList<>();
  private final List<Double> values = new ArrayList<>();
  private final List<Float> hitRates = new ArrayList<>();
  private final List<Long> trueIds = new ArrayList<>();
  private final List<Long> falseIds = new ArrayList<>();
  private final List<Long> missingTrue = new ArrayList<>();
  private final List<Long> leafTrees = new ArrayList<>();
  private final List<Long> leafNodes = new ArrayList<>();
  private final List<Long> leafOutputs = new ArrayList<>();
  private final List<Double> leafWeights = new ArrayList<>();

  TreeGraph(TrainingSpec spec, FeatureBins[] bins, boolean float64, List<Tree> trees) {
    this.spec = spec;
    this.bins = bins;
    this.float64 = float64;
    this.trees = trees;
  }

  /**
   * Returns a graph from rows to scores and labels.
   *
   * @param outputs how many trees belong together, one for each label; or 1 if each tree has what it says of
   *     all labels, or of label 1 of two
   */
  OnnxModel classifier(int classes, int outputs, String postTransform) {
    addTrees(outputs);
    List<OnnxAttribute> attributes = nodes();
    attributes.addAll(leaves("class"));
    List<Long> labels = new ArrayList<>();
    for (long label = 0; label < classes; label++) {
      labels.add(label);
    }
    attributes.add(new OnnxAttribute.IntList("classlabels_int64s", labels));
    attributes.add(new OnnxAttribute.StringValue("post_transform", postTransform));
    return graph()
        .output(OnnxValue.of(SCORES, OnnxDataType.FLOAT, OnnxDimension.free("N"),
            OnnxDimension.of(classes)))
        .output(OnnxValue.of(LABEL, OnnxDataType.INT64, OnnxDimension.free("N")))
        .node(new OnnxNode("", DOMAIN, "TreeEnsembleClassifier", List.of(spec.features()),
            List.of(LABEL, SCORES), attributes))
        .build();
  }

  /** Returns a graph from rows to one number each. */
  OnnxModel regressor(String aggregate) {
    addTrees(1);
    List<OnnxAttribute> attributes = nodes();
    attributes.addAll(leaves("target"));
    attributes.add(new OnnxAttribute.IntValue("n_targets", 1));
    attributes.add(new OnnxAttribute.StringValue("aggregate_function", aggregate));
    attributes.add(new OnnxAttribute.StringValue("post_transform", "NONE"));
    return graph()
        .output(OnnxValue.of(PREDICTION, OnnxDataType.FLOAT, OnnxDimension.free("N"),
            OnnxDimension.of(1)))
        .node(new OnnxNode("", DOMAIN, "TreeEnsembleRegressor", List.of(spec.features()),
            List.of(PREDICTION), attributes))
        .build();
  }

  private OnnxModelBuilder graph() {
    // the producer's version is the one of the arithmetic, so that a release alone changes no byte
    return new OnnxModelBuilder(spec.algorithm()).opset("", OPSET)
        .opset(DOMAIN, ML_OPSET)
        .producer(ClassifierGraph.PRODUCER, ExactNumerics.VERSION)
        .input(OnnxValue.of(spec.features(), float64 ? OnnxDataType.DOUBLE : OnnxDataType.FLOAT,
            OnnxDimension.free("N"), OnnxDimension.of(bins.length)));
  }

  private void addTrees(int outputs) {
    for (int i = 0; i < trees.size(); i++) {
      addTree(trees.get(i), i, i % outputs);
      if (modes.size() > MAX_NODES) {
        throw new TrainingException("the first " + (i + 1) + " of " + trees.size()
            + " trees have " + modes.size() + " nodes; expected at most " + MAX_NODES
            + "; try a lower maxDepth, or a greater minSamplesLeaf");
      }
    }
  }

  private void addTree(Tree tree, long number, int output) {
    // where each node comes to lie: categories take a node each
    long[] at = new long[tree.nodes()];
    long next = 0;
    for (int node = 0; node < tree.nodes(); node++) {
      at[node] = next;
      next += isChoice(tree, node) ? members(tree, node).size() : 1;
    }
    for (int node = 0; node < tree.nodes(); node++) {
      if (tree.isLeaf(node)) {
        addNode(number, at[node], 0, "LEAF", 0, tree.rows(node), 0, 0, false);
        for (int k = 0; k < tree.width(); k++) {
          leafTrees.add(number);
          leafNodes.add(at[node]);
          leafOutputs.add((long) output + k);
          leafWeights.add((double) tree.value(node, k));
        }
        continue;
      }
      int feature = tree.feature(node);
      long left = at[tree.left(node)];
      long right = at[tree.right(node)];
      if (isChoice(tree, node)) {
        List<Double> members = members(tree, node);
        for (int i = 0; i < members.size(); i++) {
          long other = i + 1 < members.size() ? at[node] + i + 1 : right;
          addNode(number, at[node] + i, feature, "BRANCH_EQ", members.get(i), tree.rows(node), left,
              other, false);
        }
      } else {
        addNode(number, at[node], feature, "BRANCH_LEQ", bound(feature, tree.bin(node)),
            tree.rows(node), left, right, tree.missingLeft(node));
      }
    }
  }

  private static boolean isChoice(Tree tree, int node) {
    return !tree.isLeaf(node) && tree.isCategorical(node);
  }

  /** Returns the categories that go left, ascending. */
  private List<Double> members(Tree tree, int node) {
    FeatureBins of = bins[tree.feature(node)];
    List<Double> members = new ArrayList<>();
    for (int bin = 0; bin < of.count(); bin++) {
      if (tree.isMember(node, bin)) {
        members.add(of.category(bin));
      }
    }
    return members;
  }

  private double bound(int feature, int bin) {
    double bound = bins[feature].bound(bin);
    // every value goes left, and what is missing right
    return Double.isInfinite(bound) ? float64 ? Double.MAX_VALUE : Float.MAX_VALUE : bound;
  }

  private void addNode(long tree, long node, long feature, String mode, double value, int rows,
      long left, long right, boolean missingLeft) {
    treeIds.add(tree);
    nodeIds.add(node);
    featureIds.add(feature);
    modes.add(mode);
    values.add(value);
    hitRates.add((float) rows);
    trueIds.add(left);
    falseIds.add(right);
    missingTrue.add(missingLeft ? 1L : 0L);
  }

  private List<OnnxAttribute> nodes() {
    return new ArrayList<>(List.of(new OnnxAttribute.IntList("nodes_treeids", treeIds),
        new OnnxAttribute.IntList("nodes_nodeids", nodeIds),
        new OnnxAttribute.IntList("nodes_featureids", featureIds),
        new OnnxAttribute.StringList("nodes_modes", modes), numbers("nodes_values", values),
        new OnnxAttribute.FloatList("nodes_hitrates", hitRates),
        new OnnxAttribute.IntList("nodes_truenodeids", trueIds),
        new OnnxAttribute.IntList("nodes_falsenodeids", falseIds),
        new OnnxAttribute.IntList("nodes_missing_value_tracks_true", missingTrue)));
  }

  private List<OnnxAttribute> leaves(String of) {
    return List.of(new OnnxAttribute.IntList(of + "_treeids", leafTrees),
        new OnnxAttribute.IntList(of + "_nodeids", leafNodes),
        new OnnxAttribute.IntList(of + "_ids", leafOutputs), numbers(of + "_weights", leafWeights));
  }

  private OnnxAttribute numbers(String name, List<Double> numbers) {
    if (!float64) {
      return new OnnxAttribute.FloatList(name,
          numbers.stream().map(Double::floatValue).toList());
    }
    double[] doubles = new double[numbers.size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = numbers.get(i);
    }
    return new OnnxAttribute.TensorValue(name + "_as_tensor",
        OnnxTensor.ofDoubles("", doubles, doubles.length));
  }
}

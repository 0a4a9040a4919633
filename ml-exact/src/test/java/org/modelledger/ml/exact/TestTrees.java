package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.modelledger.inference.Tensor;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;

/** Trees written down as trees, evaluated in the plainest way, and as nodes of ONNX-ML. */
final class TestTrees {
  static final List<String> THRESHOLDS = List.of("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE",
      "BRANCH_GT");
  static final List<String> ALL_MODES = List.of("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE",
      "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ");

  /** What a tree is. */
  sealed interface Tree {
    double cover();
  }

  /** Gives a weight to each target; NaN for none. */
  static final class Leaf implements Tree {
    private final double cover;
    private final double[] weights;

    Leaf(double cover, double... weights) {
      this.cover = cover;
      this.weights = weights;
    }

    @Override
    public double cover() {
      return cover;
    }

    double weight(int target) {
      return weights[target];
    }
  }

  record Branch(String mode, int feature, double value, boolean missingYes, Tree yes, Tree no)
      implements
        Tree {
    @Override
    public double cover() {
      return yes.cover() + no.cover();
    }

    Tree next(double x) {
      boolean answer = switch (mode) {
        case "BRANCH_LEQ" -> x <= value;
        case "BRANCH_LT" -> x < value;
        case "BRANCH_GTE" -> x >= value;
        case "BRANCH_GT" -> x > value;
        case "BRANCH_EQ" -> x == value;
        default -> x != value;
      };
      return answer || (missingYes && Double.isNaN(x)) ? yes : no;
    }
  }

  final List<Tree> trees;
  final int targets;

  TestTrees(int targets, Tree... trees) {
    this.trees = List.of(trees);
    this.targets = targets;
  }

  /** Trees of a number of leaves, which meet values on their thresholds often. */
  static TestTrees random(Xoshiro256 random, int count, int leaves, int features, int targets,
      List<String> modes) {
    Tree[] trees = new Tree[count];
    for (int i = 0; i < count; i++) {
      trees[i] = tree(random, leaves, features, targets, modes);
    }
    return new TestTrees(targets, trees);
  }

  private static Tree tree(Xoshiro256 random, int leaves, int features, int targets,
      List<String> modes) {
    if (leaves == 1) {
      double[] weights = new double[targets];
      for (int t = 0; t < targets; t++) {
        weights[t] = (float) (random.nextDouble() - 0.4);
      }
      return new Leaf(1 + random.nextInt(20), weights);
    }
    int left = 1 + random.nextInt(leaves - 1);
    return new Branch(modes.get(random.nextInt(modes.size())), random.nextInt(features),
        value(random), random.nextInt(2) == 0, tree(random, left, features, targets, modes),
        tree(random, leaves - left, features, targets, modes));
  }

  private static double value(Xoshiro256 random) {
    return switch (random.nextInt(12)) {
      case 0 -> 0.0;
      case 1 -> -0.0;
      case 2 -> random.nextInt(2) == 0 ? Float.MIN_VALUE : -Float.MIN_VALUE;
      default -> (random.nextInt(17) - 8) / 4.0;
    };
  }

  /** A row of values, some of them missing, infinite, or on a threshold. */
  static double[] row(Xoshiro256 random, int features) {
    double[] row = new double[features];
    for (int j = 0; j < features; j++) {
      row[j] = switch (random.nextInt(14)) {
        case 0, 1 -> Double.NaN;
        case 2 -> random.nextInt(2) == 0
            ? Double.POSITIVE_INFINITY
            : Double.NEGATIVE_INFINITY;
        case 3 -> (float) (4 * random.nextDouble() - 2);
        default -> value(random);
      };
    }
    return row;
  }

  /** The scores of a row, added tree after tree. */
  double[] score(double[] row, boolean float64) {
    double[] sums = new double[targets];
    for (Tree tree : trees) {
      Tree at = tree;
      while (at instanceof Branch branch) {
        at = branch.next(row[branch.feature]);
      }
      for (int t = 0; t < targets; t++) {
        double weight = ((Leaf) at).weights[t];
        if (!Double.isNaN(weight)) {
          sums[t] = float64 ? sums[t] + weight : (float) sums[t] + (float) weight;
        }
      }
    }
    return sums;
  }

  /** The attributes of a node, in the making. */
  private static final class Lists {
    final List<Long> treeIds = new ArrayList<>();
    final List<Long> nodeIds = new ArrayList<>();
    final List<String> modes = new ArrayList<>();
    final List<Long> features = new ArrayList<>();
    final List<Double> values = new ArrayList<>();
    final List<Long> yes = new ArrayList<>();
    final List<Long> no = new ArrayList<>();
    final List<Long> missing = new ArrayList<>();
    final List<Double> covers = new ArrayList<>();
    final List<Long> weightTrees = new ArrayList<>();
    final List<Long> weightNodes = new ArrayList<>();
    final List<Long> weightTargets = new ArrayList<>();
    final List<Double> weights = new ArrayList<>();

    /** The root comes first, as other runtimes expect it. */
    long add(long tree, long id, Tree node) {
      int at = modes.size();
      treeIds.add(tree);
      nodeIds.add(id);
      covers.add(node.cover());
      yes.add(0L);
      no.add(0L);
      if (node instanceof Branch branch) {
        modes.add(branch.mode);
        features.add((long) branch.feature);
        values.add(branch.value);
        missing.add(branch.missingYes ? 1L : 0L);
        yes.set(at, id + 1);
        long next = add(tree, id + 1, branch.yes);
        no.set(at, next);
        return add(tree, next, branch.no);
      }
      modes.add("LEAF");
      features.add(0L);
      values.add(0.0);
      missing.add(0L);
      double[] given = ((Leaf) node).weights;
      for (int t = 0; t < given.length; t++) {
        if (!Double.isNaN(given[t])) {
          weightTrees.add(tree);
          weightNodes.add(id);
          weightTargets.add((long) t);
          weights.add(given[t]);
        }
      }
      return id + 1;
    }
  }

  private static OnnxAttribute numbers(String name, List<Double> values, boolean float64) {
    if (float64) {
      return new OnnxAttribute.TensorValue(name + "_as_tensor", OnnxTensor.ofDoubles("",
          values.stream().mapToDouble(Double::doubleValue).toArray(), values.size()));
    }
    return new OnnxAttribute.FloatList(name, values.stream().map(Double::floatValue).toList());
  }

  /** The attributes that say what the trees are. */
  List<OnnxAttribute> attributes(String kind, boolean float64) {
    Lists lists = new Lists();
    for (int i = 0; i < trees.size(); i++) {
      lists.add(i, 0, trees.get(i));
    }
    List<OnnxAttribute> attributes = new ArrayList<>(List.of(
        new OnnxAttribute.IntList("nodes_treeids", lists.treeIds),
        new OnnxAttribute.IntList("nodes_nodeids", lists.nodeIds),
        new OnnxAttribute.StringList("nodes_modes", lists.modes),
        new OnnxAttribute.IntList("nodes_featureids", lists.features),
        numbers("nodes_values", lists.values, float64),
        numbers("nodes_hitrates", lists.covers, float64),
        new OnnxAttribute.IntList("nodes_truenodeids", lists.yes),
        new OnnxAttribute.IntList("nodes_falsenodeids", lists.no),
        new OnnxAttribute.IntList("nodes_missing_value_tracks_true", lists.missing),
        new OnnxAttribute.IntList(kind + "_treeids", lists.weightTrees),
        new OnnxAttribute.IntList(kind + "_nodeids", lists.weightNodes),
        new OnnxAttribute.IntList(kind + "_ids", lists.weightTargets),
        numbers(kind + "_weights", lists.weights, float64)));
    return attributes;
  }

  byte[] regressor(boolean float64, OnnxAttribute... more) {
    List<OnnxAttribute> attributes = attributes("target", float64);
    attributes.add(new OnnxAttribute.IntValue("n_targets", targets));
    attributes.addAll(List.of(more));
    return graph("TreeEnsembleRegressor", float64, attributes, OnnxDataType.FLOAT, "y");
  }

  byte[] classifier(boolean float64, int classes, String transform, OnnxAttribute... more) {
    List<OnnxAttribute> attributes = attributes("class", float64);
    List<Long> labels = new ArrayList<>();
    for (long c = 0; c < classes; c++) {
      labels.add(10 + c);
    }
    attributes.add(new OnnxAttribute.IntList("classlabels_int64s", labels));
    attributes.add(new OnnxAttribute.StringValue("post_transform", transform));
    attributes.addAll(List.of(more));
    return graph("TreeEnsembleClassifier", float64, attributes, OnnxDataType.FLOAT, "label", "y");
  }

  private static int features(List<OnnxAttribute> attributes) {
    return attributes.stream()
        .filter(a -> a.name().equals("nodes_featureids"))
        .flatMap(a -> ((OnnxAttribute.IntList) a).values().stream())
        .mapToInt(Long::intValue)
        .max()
        .orElse(0) + 1;
  }

  /** A graph of one node; as many columns as its trees ask for. */
  static byte[] graph(String operator, boolean float64, List<OnnxAttribute> attributes,
      OnnxDataType out, String... outputs) {
    OnnxModelBuilder graph = new OnnxModelBuilder("trees").opset("", 17)
        .opset("ai.onnx.ml", operator.equals("TreeEnsemble") ? 5 : 3)
        .input(OnnxValue.of("x", float64 ? OnnxDataType.DOUBLE : OnnxDataType.FLOAT,
            OnnxDimension.free("N"), OnnxDimension.of(features(attributes))))
        .node(new OnnxNode("", "ai.onnx.ml", operator, List.of("x"), List.of(outputs),
            attributes));
    for (String output : outputs) {
      graph.output(new OnnxValue(output, output.equals("label") ? OnnxDataType.INT64 : out,
          Optional.empty()));
    }
    return OnnxWriter.write(graph.build());
  }

  static Tensor tensor(boolean float64, double[]... rows) {
    double[] elements = new double[rows.length * rows[0].length];
    float[] floats = new float[elements.length];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = rows[i / rows[0].length][i % rows[0].length];
      floats[i] = (float) elements[i];
    }
    return float64
        ? Tensor.of(elements, rows.length, rows[0].length)
        : Tensor.of(floats, rows.length, rows[0].length);
  }
}

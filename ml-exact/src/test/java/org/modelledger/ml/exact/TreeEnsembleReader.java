package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.training.TrainedModel;

/**
 * Reads the trees of a saved model as the specification of ONNX has them, and follows them with raw rows: what
 * the tests hold everything else against.
 */
final class TreeEnsembleReader {

  /** A node, by the specification's names. */
  record Node(String mode, int feature, double value, long trueId, long falseId,
      boolean missingTrue, double hitRate, Map<Long, Double> weights) {}

  private final List<Map<Long, Node>> trees = new ArrayList<>();
  private final int outputs;

  TreeEnsembleReader(TrainedModel model) {
    OnnxModel graph = OnnxReader.read(model.files().read("model.onnx"));
    OnnxNode node = graph.nodes().getLast();
    boolean classifies = node.operator().equals("TreeEnsembleClassifier");
    String of = classifies ? "class" : "target";
    List<Long> treeIds = longs(node, "nodes_treeids");
    List<Long> nodeIds = longs(node, "nodes_nodeids");
    List<Double> values = numbers(node, "nodes_values");
    List<Double> hitRates = numbers(node, "nodes_hitrates");
    List<String> modes = ((OnnxAttribute.StringList) node.attribute("nodes_modes").orElseThrow())
        .values();
    for (int i = 0; i < treeIds.size(); i++) {
      if (treeIds.get(i) == trees.size()) {
        trees.add(new HashMap<>());
      }
      trees.get(Math.toIntExact(treeIds.get(i)))
          .put(nodeIds.get(i),
              new Node(modes.get(i), Math.toIntExact(longs(node, "nodes_featureids").get(i)),
                  values.get(i), longs(node, "nodes_truenodeids").get(i),
                  longs(node, "nodes_falsenodeids").get(i),
                  longs(node, "nodes_missing_value_tracks_true").get(i) != 0, hitRates.get(i),
                  new HashMap<>()));
    }
    long most = 0;
    List<Double> weights = numbers(node, of + "_weights");
    for (int i = 0; i < weights.size(); i++) {
      long output = longs(node, of + "_ids").get(i);
      most = Math.max(most, output);
      node(trees.get(Math.toIntExact(longs(node, of + "_treeids").get(i))),
          longs(node, of + "_nodeids").get(i)).weights().put(output, weights.get(i));
    }
    this.outputs = (int) most + 1;
  }

  private static List<Long> longs(OnnxNode node, String name) {
    return ((OnnxAttribute.IntList) node.attribute(name).orElseThrow()).values();
  }

  private static List<Double> numbers(OnnxNode node, String name) {
    return node.attribute(name)
        .map(a -> ((OnnxAttribute.FloatList) a).values().stream().map(Float::doubleValue).toList())
        .orElseGet(() -> {
          double[] doubles = ((OnnxAttribute.TensorValue) node.attribute(name + "_as_tensor")
              .orElseThrow()).value().toDoubles();
          List<Double> list = new ArrayList<>();
          for (double number : doubles) {
            list.add(number);
          }
          return list;
        });
  }

  List<Map<Long, Node>> trees() {
    return trees;
  }

  Node root(int tree) {
    return node(trees.get(tree), 0);
  }

  private static Node node(Map<Long, Node> tree, long id) {
    return Objects.requireNonNull(tree.get(id), "node");
  }

  /** Returns the sums of what the trees give to a row, for each output, in their order. */
  double[] sums(double[] rows, int row, int features) {
    return sums(rows, row, features, false);
  }

  /** Returns the sums, rounded to float32 after each addition if wanted. */
  double[] sums(double[] rows, int row, int features, boolean float32) {
    double[] sums = new double[outputs];
    for (Map<Long, Node> tree : trees) {
      Node node = node(tree, 0);
      while (!node.mode().equals("LEAF")) {
        double value = rows[row * features + node.feature()];
        boolean holds = Double.isNaN(value)
            ? node.missingTrue()
            : node.mode().equals("BRANCH_EQ") ? value == node.value() : value <= node.value();
        node = node(tree, holds ? node.trueId() : node.falseId());
      }
      node.weights().forEach((output, weight) -> {
        double sum = sums[output.intValue()] + weight;
        sums[output.intValue()] = float32 ? (float) sum : sum;
      });
    }
    return sums;
  }
}

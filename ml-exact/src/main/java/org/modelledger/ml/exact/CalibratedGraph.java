package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/**
 * A classifier's graph with a calibration appended. What yielded scores and label before keeps doing so under names
 * inside; what nobody needs any more is left out.
 */
final class CalibratedGraph<A> {
  private static final String PREFIX = ClassifierGraph.INSIDE + "calibration";

  /** What keeps log-odds finite: at most about 16. */
  static final double SMOOTHING = 0x1p-23;
  /** What keeps a row of probabilities from being all 0. */
  private static final double LEAST = 0x1p-40;

  private final Kernels<A> kernels;
  private final int classes;
  private final String prefix;
  private final OnnxModelBuilder graph;
  private final String uncalibrated;

  CalibratedGraph(OnnxModel model, Kernels<A> kernels, int classes) {
    this.kernels = kernels;
    this.classes = classes;
    this.prefix = freePrefix(model);
    this.uncalibrated = prefix + ClassifierGraph.SCORES;
    this.graph = begin(model);
  }

  /** Says whether a name is one of those that a calibration uses. */
  static boolean isOf(String name) {
    return name.startsWith(PREFIX);
  }

  /** Log-odds of a score, so that neither 0 nor 1 is infinite. */
  static double logOdds(double score) {
    return StrictMath.log((score + SMOOTHING) / (1 + SMOOTHING - score));
  }

  /** Appends a sigmoid of each class's log-odds, or of the second of two. */
  OnnxModel sigmoid(List<PlattScaling> fits) {
    int first = classes - fits.size();
    double[][] slopes = new double[classes][classes];
    double[] intercepts = new double[classes];
    for (int k = 0; k < fits.size(); k++) {
      slopes[first + k][first + k] = fits.get(k).slope();
      intercepts[first + k] = fits.get(k).intercept();
      if (first == 1) {
        slopes[1][0] = -fits.get(k).slope();
        intercepts[0] = -fits.get(k).intercept();
      }
    }
    constant("smoothing", SMOOTHING);
    constant("whole", 1 + SMOOTHING);
    constant("least", LEAST);
    matrix("slopes", slopes);
    vector("intercepts", intercepts);
    node("Add", "above", uncalibrated, prefix + "smoothing");
    node("Sub", "below", prefix + "whole", uncalibrated);
    node("Div", "odds", prefix + "above", prefix + "below");
    node("Log", "logOdds", prefix + "odds");
    node("Gemm", "scaled", prefix + "logOdds", prefix + "slopes", prefix + "intercepts");
    node("Sigmoid", "probabilities", prefix + "scaled");
    node("Add", "each", prefix + "probabilities", prefix + "least");
    return end();
  }

  /**
   * Appends a sum of ramps for each class, or for the second of two: a ramp is (score - from) / (to - from), kept from
   * 0 to 1 by two Relu, which never falls, rounded or not; nor does the sum.
   */
  OnnxModel isotonic(List<IsotonicFit> fits) {
    int first = classes - fits.size();
    int count = Math.max(1, fits.stream().mapToInt(fit -> fit.ramps().size()).sum());
    double[][] which = new double[classes][count];
    double[] from = new double[count];
    double[] lengths = new double[count];
    Arrays.fill(lengths, 1);
    double[][] heights = new double[count][classes];
    double[] base = new double[classes];
    int at = 0;
    for (int k = 0; k < fits.size(); k++) {
      IsotonicFit fit = fits.get(k);
      base[first + k] = fit.first();
      base[0] = first == 1 ? 1 - fit.first() : base[0];
      for (IsotonicFit.Ramp ramp : fit.ramps()) {
        which[first + k][at] = 1;
        from[at] = ramp.from();
        lengths[at] = ramp.to() - ramp.from();
        heights[at][first + k] = ramp.height();
        heights[at][0] = first == 1 ? -ramp.height() : heights[at][0];
        at++;
      }
    }
    constant("one", 1);
    matrix("which", which);
    vector("from", from);
    vector("lengths", lengths);
    matrix("heights", heights);
    vector("base", base);
    node("MatMul", "selected", uncalibrated, prefix + "which");
    node("Sub", "beyond", prefix + "selected", prefix + "from");
    node("Div", "share", prefix + "beyond", prefix + "lengths");
    node("Relu", "fromZero", prefix + "share");
    node("Sub", "left", prefix + "one", prefix + "fromZero");
    node("Relu", "leftToOne", prefix + "left");
    node("Sub", "ramps", prefix + "one", prefix + "leftToOne");
    node("Gemm", "each", prefix + "ramps", prefix + "heights", prefix + "base");
    return end();
  }

  private OnnxModel end() {
    double[][] ones = new double[classes][1];
    for (double[] row : ones) {
      row[0] = 1;
    }
    matrix("ones", ones);
    node("MatMul", "sum", prefix + "each", prefix + "ones");
    graph.node(OnnxNode.of("Div", List.of(prefix + "each", prefix + "sum"),
        List.of(ClassifierGraph.SCORES)));
    graph.node(
        OnnxNode.of("ArgMax", List.of(ClassifierGraph.SCORES), List.of(ClassifierGraph.LABEL),
            new OnnxAttribute.IntValue("axis", 1), new OnnxAttribute.IntValue("keepdims", 0)));
    return graph.build();
  }

  private void node(String operator, String output, String... inputs) {
    graph.node(OnnxNode.of(operator, List.of(inputs), List.of(prefix + output)));
  }

  private void constant(String name, double value) {
    A one = kernels.vector(1);
    kernels.set(one, 0, value);
    graph.initializer(ClassifierGraph.tensor(kernels, prefix + name, List.of(one)));
  }

  private void vector(String name, double[] values) {
    graph.initializer(ClassifierGraph.tensor(kernels, prefix + name, List.of(numbers(values)),
        values.length));
  }

  private void matrix(String name, double[][] rows) {
    List<A> vectors = new ArrayList<>();
    for (double[] row : rows) {
      vectors.add(numbers(row));
    }
    graph.initializer(ClassifierGraph.tensor(kernels, prefix + name, vectors, rows.length,
        rows[0].length));
  }

  private A numbers(double[] values) {
    A vector = kernels.vector(values.length);
    for (int i = 0; i < values.length; i++) {
      kernels.set(vector, i, values[i]);
    }
    return vector;
  }

  private static String freePrefix(OnnxModel model) {
    for (int number = 1;; number++) {
      String prefix = PREFIX + number + "/";
      boolean taken = model.initializers()
          .keySet()
          .stream()
          .anyMatch(name -> name.startsWith(prefix));
      if (!taken) {
        return prefix;
      }
    }
  }

  private OnnxModelBuilder begin(OnnxModel model) {
    for (OnnxValue output : model.outputs()) {
      boolean scores = output.name().equals(ClassifierGraph.SCORES);
      boolean label = output.name().equals(ClassifierGraph.LABEL)
          && output.type() == OnnxDataType.INT64;
      if (!scores && !label) {
        throw new ModelFormatException("the graph yields " + output.type() + " '" + output.name()
            + "'; expected 'scores' and INT64 'label' alone");
      }
    }
    Map<String, String> renamed = Map.of(ClassifierGraph.SCORES, uncalibrated,
        ClassifierGraph.LABEL, prefix + ClassifierGraph.LABEL);
    Set<String> needed = new HashSet<>(Set.of(uncalibrated));
    List<OnnxNode> nodes = new ArrayList<>();
    for (OnnxNode old : model.nodes().reversed()) {
      OnnxNode node = new OnnxNode(old.name(), old.domain(), old.operator(),
          renamed(old.inputs(), renamed), renamed(old.outputs(), renamed), old.attributes());
      if (node.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(node.inputs());
        nodes.addFirst(node);
      }
    }
    OnnxModelBuilder builder = new OnnxModelBuilder(model.graphName())
        .irVersion(Math.toIntExact(model.irVersion()))
        .producer(model.producerName(), model.producerVersion());
    model.opsets().forEach(builder::opset);
    model.metadata().forEach(builder::metadata);
    model.inputs().forEach(builder::input);
    model.outputs().forEach(builder::output);
    for (OnnxTensor tensor : model.initializers().values()) {
      if (needed.contains(tensor.name())) {
        builder.initializer(tensor);
      }
    }
    nodes.forEach(builder::node);
    return builder;
  }

  private static List<String> renamed(List<String> names, Map<String, String> renamed) {
    return names.stream().map(name -> renamed.getOrDefault(name, name)).toList();
  }
}

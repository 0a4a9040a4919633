package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/** Writes a trained network as an ONNX graph: from raw rows to probabilities and labels, or to numbers. */
final class ClassifierGraph {
  static final String PRODUCER = "modelledger-ml-exact";
  static final String SCORES = "scores";
  static final String LABEL = "label";
  static final String PREDICTION = "prediction";
  /** What the names of all values inside begin with. */
  static final String INSIDE = "net/";
  static final OnnxDimension BATCH = OnnxDimension.free("N");
  private static final int OPSET = 17;

  private ClassifierGraph() {}

  static <A> OnnxModel of(Network<A> network, Scaling<A> scaling, String input, String algorithm) {
    OnnxModelBuilder graph = begin(network.kernels, algorithm, input, network.widths[0]);
    addOutputs(graph, network);
    String value = scale(graph, network.kernels, scaling, input, network.widths[0]);
    value = layers(graph, network, value, INSIDE + "layer" + network.layers());
    finish(graph, value);
    return graph.build();
  }

  /**
   * Writes convolutions, the normalization folded in as it was when the network was frozen, and what follows.
   *
   * @param row the shape of a row of the input
   */
  static <A> OnnxModel of(ConvolutionalNetwork<A> network, Scaling<A> scaling, String input,
      Shape row, String algorithm) {
    Network<A> dense = network.head;
    OnnxDimension[] shape = new OnnxDimension[row.rank() + 1];
    shape[0] = BATCH;
    for (int i = 0; i < row.rank(); i++) {
      shape[i + 1] = OnnxDimension.of(row.length(i));
    }
    OnnxModelBuilder graph = begin(network.kernels, algorithm, input, shape);
    addOutputs(graph, dense);
    String value = row.rank() > 1 ? flatten(graph, input, INSIDE + "row") : input;
    value = scale(graph, network.kernels, scaling, value, (int) row.elements());
    value = stages(graph, network, value);
    value = flatten(graph, value, INSIDE + "flat");
    finish(graph, layers(graph, dense, value, INSIDE + "layer" + dense.layers()));
    return graph.build();
  }

  private static void addOutputs(OnnxModelBuilder graph, Network<?> network) {
    graph.output(OnnxValue.of(SCORES, type(network.kernels), BATCH,
        OnnxDimension.of(network.widths[network.layers()])))
        .output(OnnxValue.of(LABEL, OnnxDataType.INT64, BATCH));
  }

  private static void finish(OnnxModelBuilder graph, String logits) {
    graph.node(OnnxNode.of("Softmax", List.of(logits), List.of(SCORES),
        new OnnxAttribute.IntValue("axis", 1)));
    graph.node(OnnxNode.of("ArgMax", List.of(SCORES), List.of(LABEL),
        new OnnxAttribute.IntValue("axis", 1),
        new OnnxAttribute.IntValue("keepdims", 0)));
  }

  private static String flatten(OnnxModelBuilder graph, String value, String name) {
    graph.node(OnnxNode.of("Flatten", List.of(value), List.of(name),
        new OnnxAttribute.IntValue("axis", 1)));
    return name;
  }

  private static <A> String stages(OnnxModelBuilder graph, ConvolutionalNetwork<A> network,
      String input) {
    Stage first = network.stages.getFirst();
    graph.initializer(OnnxTensor.ofLongs(INSIDE + "shape",
        new long[]{0, first.channels(), first.height(), first.width()}, 4));
    graph.node(OnnxNode.of("Reshape", List.of(input, INSIDE + "shape"), List.of(INSIDE + "image")));
    String operator = network.head.activation == Network.Activation.RELU ? "Relu" : "Tanh";
    String value = INSIDE + "image";
    for (int s = 0; s < network.stages.size(); s++) {
      Stage stage = network.stages.get(s);
      ConvolutionalNetwork.Folded<A> folded = network.folded().get(s);
      String name = INSIDE + "stage" + (s + 1);
      graph.initializer(tensor(network.kernels, name + "/weight", List.of(folded.filters),
          stage.filters(), stage.channels(), stage.kernel(), stage.kernel()));
      graph.initializer(
          tensor(network.kernels, name + "/bias", List.of(folded.biases), stage.filters()));
      long pad = stage.kernel() / 2;
      graph.node(OnnxNode.of("Conv", List.of(value, name + "/weight", name + "/bias"),
          List.of(name), new OnnxAttribute.IntList("pads", List.of(pad, pad, pad, pad))));
      value = name + "/activated";
      graph.node(OnnxNode.of(operator, List.of(name), List.of(value)));
      if (stage.pools()) {
        graph.node(OnnxNode.of("MaxPool", List.of(value), List.of(name + "/pooled"),
            new OnnxAttribute.IntList("kernel_shape", List.of(2L, 2L)),
            new OnnxAttribute.IntList("strides", List.of(2L, 2L))));
        value = name + "/pooled";
      }
    }
    return value;
  }

  /** A graph whose outputs are numbers, [N, 1]. */
  static <A> OnnxModel regressor(Network<A> network, Scaling<A> scaling, String input,
      String algorithm) {
    OnnxModelBuilder graph = begin(network.kernels, algorithm, input, network.widths[0])
        .output(OnnxValue.of(PREDICTION, type(network.kernels), BATCH, OnnxDimension.of(1)));
    layers(graph, network, scale(graph, network.kernels, scaling, input, network.widths[0]),
        PREDICTION);
    return graph.build();
  }

  /** Begins a graph with one input, [N, features]. */
  static OnnxModelBuilder begin(Kernels<?> kernels, String algorithm, String input, int features) {
    return begin(kernels, algorithm, input, BATCH, OnnxDimension.of(features));
  }

  private static OnnxModelBuilder begin(Kernels<?> kernels, String algorithm, String input,
      OnnxDimension... shape) {
    // the producer's version is the one of the arithmetic, so that a release alone changes no byte
    return new OnnxModelBuilder(algorithm).opset("", OPSET)
        .producer(PRODUCER, ExactNumerics.VERSION)
        .input(OnnxValue.of(input, type(kernels), shape));
  }

  /** Adds what is done to every input, and returns what the result is called. */
  static <A> String scale(OnnxModelBuilder graph, Kernels<A> kernels, Scaling<A> scaling,
      String input, int features) {
    String value = input;
    if (scaling.standard().isPresent()) {
      Scaling.Standard<A> standard = scaling.standard().get();
      graph.initializer(tensor(kernels, INSIDE + "mean", List.of(standard.mean()), features));
      graph.initializer(
          tensor(kernels, INSIDE + "deviation", List.of(standard.deviation()), features));
      graph.node(OnnxNode.of("Sub", List.of(value, INSIDE + "mean"), List.of(INSIDE + "centred")));
      graph.node(OnnxNode.of("Div", List.of(INSIDE + "centred", INSIDE + "deviation"),
          List.of(INSIDE + "standardized")));
      value = INSIDE + "standardized";
    }
    if (scaling.scale().isPresent()) {
      graph.initializer(tensor(kernels, INSIDE + "scale", List.of(scaling.scale().get())));
      graph.node(OnnxNode.of("Mul", List.of(value, INSIDE + "scale"), List.of(INSIDE + "scaled")));
      value = INSIDE + "scaled";
    }
    return value;
  }

  private static <A> String layers(OnnxModelBuilder graph, Network<A> network, String input,
      String last) {
    Kernels<A> kernels = network.kernels;
    String value = input;
    for (int layer = 0; layer < network.layers(); layer++) {
      String name = INSIDE + "layer" + (layer + 1);
      graph.initializer(
          tensor(kernels, name + "/weight", List.of(network.parameters.weights.get(layer)),
              network.widths[layer], network.widths[layer + 1]));
      graph.initializer(
          tensor(kernels, name + "/bias", List.of(network.parameters.biases.get(layer)),
              network.widths[layer + 1]));
      String made = layer + 1 < network.layers() ? name : last;
      graph.node(
          OnnxNode.of("Gemm", List.of(value, name + "/weight", name + "/bias"), List.of(made)));
      value = made;
      if (layer + 1 < network.layers()) {
        String operator = network.activation == Network.Activation.RELU ? "Relu" : "Tanh";
        graph.node(OnnxNode.of(operator, List.of(name), List.of(name + "/activated")));
        value = name + "/activated";
      }
    }
    return value;
  }

  static <A> OnnxTensor tensor(Kernels<A> kernels, String name, List<A> rows,
      long... shape) {
    long elements = 1;
    for (long length : shape) {
      elements *= length;
    }
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(elements * kernels.dataType().size()))
        .order(ByteOrder.LITTLE_ENDIAN);
    rows.forEach(row -> kernels.write(row, bytes));
    return OnnxTensor.of(name, type(kernels), bytes.flip(), shape);
  }

  static OnnxDataType type(Kernels<?> kernels) {
    return kernels.dataType() == DataType.FP32 ? OnnxDataType.FLOAT : OnnxDataType.DOUBLE;
  }
}

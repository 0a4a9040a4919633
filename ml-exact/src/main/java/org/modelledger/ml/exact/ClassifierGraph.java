package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/** Writes a trained classifier as an ONNX graph, from raw rows to probabilities and labels. */
final class ClassifierGraph {
  static final String PRODUCER = "modelledger-ml-exact";
  static final String SCORES = "scores";
  static final String LABEL = "label";
  /** What the names of all values inside begin with. */
  static final String INSIDE = "net/";
  private static final int OPSET = 17;

  private ClassifierGraph() {}

  static <A> OnnxModel of(Network<A> network, Scaling<A> scaling, String input, String algorithm) {
    Kernels<A> kernels = network.kernels;
    int features = network.widths[0];
    int classes = network.widths[network.layers()];
    OnnxDataType type = type(kernels);
    OnnxDimension batch = OnnxDimension.free("N");
    // the producer's version is the one of the arithmetic, so that a release alone changes no byte
    OnnxModelBuilder graph = new OnnxModelBuilder(algorithm).opset("", OPSET)
        .producer(PRODUCER, ExactNumerics.VERSION)
        .input(OnnxValue.of(input, type, batch, OnnxDimension.of(features)))
        .output(OnnxValue.of(SCORES, type, batch, OnnxDimension.of(classes)))
        .output(OnnxValue.of(LABEL, OnnxDataType.INT64, batch));
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
    for (int layer = 0; layer < network.layers(); layer++) {
      String name = INSIDE + "layer" + (layer + 1);
      graph.initializer(
          tensor(kernels, name + "/weight", List.of(network.parameters.weights.get(layer)),
              network.widths[layer], network.widths[layer + 1]));
      graph.initializer(
          tensor(kernels, name + "/bias", List.of(network.parameters.biases.get(layer)),
              network.widths[layer + 1]));
      graph.node(
          OnnxNode.of("Gemm", List.of(value, name + "/weight", name + "/bias"), List.of(name)));
      value = name;
      if (layer + 1 < network.layers()) {
        String operator = network.activation == Network.Activation.RELU ? "Relu" : "Tanh";
        graph.node(OnnxNode.of(operator, List.of(name), List.of(name + "/activated")));
        value = name + "/activated";
      }
    }
    graph.node(OnnxNode.of("Softmax", List.of(value), List.of(SCORES),
        new OnnxAttribute.IntValue("axis", 1)));
    graph.node(OnnxNode.of("ArgMax", List.of(SCORES), List.of(LABEL),
        new OnnxAttribute.IntValue("axis", 1),
        new OnnxAttribute.IntValue("keepdims", 0)));
    return graph.build();
  }

  private static <A> OnnxTensor tensor(Kernels<A> kernels, String name, List<A> rows,
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

  private static OnnxDataType type(Kernels<?> kernels) {
    return kernels.dataType() == DataType.FP32 ? OnnxDataType.FLOAT : OnnxDataType.DOUBLE;
  }
}

package org.modelledger.ml.djl;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/** Writes the layers of a trained network as nodes of ONNX, operator set 17. */
final class OnnxGraph {
  private static final String PRODUCER = "modelledger-ml-djl";
  private static final String INSIDE = "net/";
  private static final int OPSET = 17;
  private static final float BATCH_NORM_EPSILON = 1e-5f; // DJL's

  private final TrainedNetwork network;
  private final OnnxModelBuilder graph;

  private OnnxGraph(TrainedNetwork network) {
    this.network = network;
    this.graph = new OnnxModelBuilder(network.architecture().body().algorithm())
        .opset("", OPSET)
        .producer(PRODUCER, "1");
  }

  static OnnxModel of(TrainedNetwork network) {
    return new OnnxGraph(network).build();
  }

  private OnnxModel build() {
    OnnxDimension batch = OnnxDimension.free("N");
    List<OnnxDimension> row = new ArrayList<>(List.of(batch));
    network.architecture().row().forEach(length -> row.add(OnnxDimension.of(length)));
    graph.input(OnnxValue.of(network.input(), OnnxDataType.FLOAT,
        row.toArray(OnnxDimension[]::new)));
    graph.output(OnnxValue.of(TrainedNetwork.SCORES, OnnxDataType.FLOAT, batch,
        OnnxDimension.of(network.architecture().classes())));
    graph.output(OnnxValue.of(TrainedNetwork.LABEL, OnnxDataType.INT64, batch));
    String logits = sequence(Layer.of(network.architecture()), "", network.input());
    graph.node(OnnxNode.of("Softmax", List.of(logits), List.of(TrainedNetwork.SCORES),
        new OnnxAttribute.IntValue("axis", 1)));
    graph.node(OnnxNode.of("ArgMax", List.of(TrainedNetwork.SCORES), List.of(TrainedNetwork.LABEL),
        new OnnxAttribute.IntValue("axis", 1), new OnnxAttribute.IntValue("keepdims", 0)));
    return graph.build();
  }

  private String sequence(List<Layer> layers, String path, String input) {
    String value = input;
    for (int i = 0; i < layers.size(); i++) {
      value = layer(layers.get(i), path + i, value);
    }
    return value;
  }

  private String layer(Layer layer, String path, String input) {
    return switch (layer) {
      case Layer.Scale(double factor) -> {
        String name = INSIDE + path + ".factor";
        graph.initializer(OnnxTensor.ofFloats(name, new float[]{(float) factor}));
        yield node("Mul", path, List.of(input, name));
      }
      case Layer.Reshape(List<Integer> row) -> {
        String name = INSIDE + path + ".shape";
        long[] shape = LongStream
            .concat(LongStream.of(-1), row.stream().mapToLong(Integer::longValue))
            .toArray();
        graph.initializer(OnnxTensor.ofLongs(name, shape, shape.length));
        yield node("Reshape", path, List.of(input, name));
      }
      case Layer.Flatten() -> node("Flatten", path, List.of(input),
          new OnnxAttribute.IntValue("axis", 1));
      case Layer.Dense dense -> node("Gemm", path,
          List.of(input, parameter(path, "weight"), parameter(path, "bias")),
          new OnnxAttribute.IntValue("transB", 1));
      case Layer.Activate(String function) -> activation(function, path, input);
      case Layer.Convolve(int inputs, int outputs, int kernel, int stride) -> node("Conv", path,
          List.of(input, parameter(path, "weight")), ints("kernel_shape", kernel, kernel),
          ints("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2),
          ints("strides", stride, stride));
      case Layer.Normalize normalize -> node("BatchNormalization", path,
          List.of(input, parameter(path, "gamma"), parameter(path, "beta"),
              parameter(path, "runningMean"), parameter(path, "runningVar")),
          new OnnxAttribute.FloatValue("epsilon", BATCH_NORM_EPSILON));
      case Layer.Pool() -> node("MaxPool", path, List.of(input), ints("kernel_shape", 2, 2),
          ints("strides", 2, 2));
      case Layer.GlobalMean() -> node("Flatten", path + ".flat",
          List.of(node("GlobalAveragePool", path, List.of(input))),
          new OnnxAttribute.IntValue("axis", 1));
      case Layer.Residual(List<Layer> main, List<Layer> shortcut) -> node("Add", path,
          List.of(sequence(main, path + ".main.", input),
              sequence(shortcut, path + ".shortcut.", input)));
      case Layer.Encode encode -> throw new ModelFormatException(
          "a transformer cannot be exported to ONNX; supported are mlp, cnn and resnet");
    };
  }

  private String activation(String function, String path, String input) {
    return switch (function) {
      case "relu" -> node("Relu", path, List.of(input));
      case "tanh" -> node("Tanh", path, List.of(input));
      case "sigmoid" -> node("Sigmoid", path, List.of(input));
      // x * (1 + erf(x / sqrt(2))) / 2, which has an operator of its own only from operator set 20 on
      default -> {
        String root = constant(path + ".root", (float) (1 / Math.sqrt(2)));
        String one = constant(path + ".one", 1);
        String half = constant(path + ".half", 0.5f);
        String error = node("Erf", path + ".erf",
            List.of(node("Mul", path + ".scaled", List.of(input, root))));
        String factor = node("Add", path + ".factor", List.of(error, one));
        yield node("Mul", path,
            List.of(node("Mul", path + ".halved", List.of(input, half)), factor));
      }
    };
  }

  private String constant(String path, float number) {
    graph.initializer(OnnxTensor.ofFloats(INSIDE + path, new float[]{number}));
    return INSIDE + path;
  }

  private String node(String operator, String path, List<String> inputs,
      OnnxAttribute... attributes) {
    String output = INSIDE + path;
    graph.node(OnnxNode.of(operator, inputs, List.of(output), attributes));
    return output;
  }

  private static OnnxAttribute ints(String name, long... numbers) {
    return new OnnxAttribute.IntList(name, LongStream.of(numbers).boxed().toList());
  }

  private String parameter(String path, String kind) {
    String name = path + "." + kind;
    Safetensors.Values values = network.parameters().get(name);
    if (values == null) {
      throw new ModelFormatException(TrainedNetwork.PARAMETERS_FILE + " has no '" + name + "'");
    }
    graph.initializer(OnnxTensor.ofFloats(INSIDE + name, values.elements(),
        values.shape().stream().mapToLong(Long::longValue).toArray()));
    return INSIDE + name;
  }
}

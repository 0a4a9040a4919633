package org.modelledger.bench.inference;

import java.util.List;
import java.util.Map;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;

/** A network as an ONNX graph. */
final class OnnxMlp {
  static final String FILE = "model.onnx";
  private static final int OPSET = 17;

  private OnnxMlp() {}

  static ModelFiles files(Mlp network) {
    OnnxDimension batch = OnnxDimension.free("N");
    OnnxModelBuilder graph = new OnnxModelBuilder(network.name()).opset("", OPSET)
        .input(OnnxValue.of(Mlp.INPUT, OnnxDataType.FLOAT, batch,
            OnnxDimension.of(network.features())))
        .output(OnnxValue.of(Mlp.OUTPUT, OnnxDataType.FLOAT, batch,
            OnnxDimension.of(Mlp.CLASSES)));
    String value = Mlp.INPUT;
    for (int layer = 0; layer < network.layers(); layer++) {
      String name = "layer" + layer;
      graph.initializer(OnnxTensor.ofFloats(name + "/weight", network.weights(layer),
          network.from(layer), network.to(layer)));
      graph.initializer(OnnxTensor.ofFloats(name + "/bias", network.biases(layer),
          network.to(layer)));
      graph.node(
          OnnxNode.of("Gemm", List.of(value, name + "/weight", name + "/bias"), List.of(name)));
      value = name;
      if (layer + 1 < network.layers()) {
        graph.node(OnnxNode.of("Relu", List.of(value), List.of(name + "/relu")));
        value = name + "/relu";
      }
    }
    graph.node(OnnxNode.of("Softmax", List.of(value), List.of(Mlp.OUTPUT),
        new OnnxAttribute.IntValue("axis", 1)));
    return ModelFiles.of(Map.of(FILE, OnnxWriter.write(graph.build())));
  }
}

package org.modelledger.ml.exact;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.spi.ProviderOptions;

/** Small graphs for tests. */
final class OnnxGraphs {
  private OnnxGraphs() {}

  static OnnxDimension[] shape(long... lengths) {
    OnnxDimension[] shape = new OnnxDimension[lengths.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = lengths[i] < 0 ? OnnxDimension.free("N") : OnnxDimension.of(lengths[i]);
    }
    return shape;
  }

  /** A graph with one input "x" and one output "y" whose shape it does not declare. */
  static byte[] graph(OnnxDataType in, OnnxDimension[] shape, OnnxDataType out,
      UnaryOperator<OnnxModelBuilder> nodes) {
    return OnnxWriter.write(nodes.apply(new OnnxModelBuilder("graph").opset("", 17)
        .input(OnnxValue.of("x", in, shape))
        .output(new OnnxValue("y", out, Optional.empty()))).build());
  }

  /** A graph of one node with one float32 input. */
  static byte[] one(OnnxDimension[] shape, OnnxDataType out, String operator,
      OnnxAttribute... attributes) {
    return graph(OnnxDataType.FLOAT, shape, out,
        g -> g.node(OnnxNode.of(operator, List.of("x"), List.of("y"), attributes)));
  }

  /** A graph of one node with a float32 input and a constant. */
  static byte[] two(OnnxDimension[] shape, OnnxTensor constant, String operator,
      OnnxAttribute... attributes) {
    return graph(OnnxDataType.FLOAT, shape, OnnxDataType.FLOAT, g -> g.initializer(constant)
        .node(OnnxNode.of(operator, List.of("x", constant.name()), List.of("y"), attributes)));
  }

  static LoadedModel load(byte[] graph) {
    InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
    return engine.load(ModelFiles.of(Map.of("model.onnx", graph)));
  }
}

package org.modelledger.onnx;

import java.util.List;
import org.modelledger.model.ModelFormatException;

/** What {@code config/fuzz} does to models. */
public final class OnnxModelFuzz {
  private OnnxModelFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      var unused = OnnxReader.read(input).outputNames();
    } catch (ModelFormatException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    return List.of(OnnxWriter.write(new OnnxModelBuilder("g").opset("", 17)
        .input(OnnxValue.of("x", OnnxDataType.FLOAT, OnnxDimension.free("N"), OnnxDimension.of(2)))
        .output(OnnxValue.of("y", OnnxDataType.FLOAT, OnnxDimension.free("N"), OnnxDimension.of(1)))
        .initializer(OnnxTensor.ofFloats("w", new float[]{1, 2}, 2, 1))
        .node(OnnxNode.of("MatMul", List.of("x", "w"), List.of("y")))
        .metadata("key", "value")
        .build()));
  }
}

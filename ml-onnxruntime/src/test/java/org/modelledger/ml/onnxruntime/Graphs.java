package org.modelledger.ml.onnxruntime;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;

/** Small graphs for tests. */
final class Graphs {
  static final OnnxDataType FLOAT = OnnxDataType.FLOAT;

  private Graphs() {}

  static OnnxModelBuilder builder(String name) {
    return new OnnxModelBuilder(name).opset("", 17);
  }

  static ModelFiles files(OnnxModelBuilder graph) {
    return ModelFiles.of(Map.of("model.onnx", bytes(graph)));
  }

  static byte[] bytes(OnnxModelBuilder graph) {
    return OnnxWriter.write(graph.build());
  }

  /** A shape; -1 stands for a free dimension named N. */
  static OnnxDimension[] shape(long... lengths) {
    OnnxDimension[] shape = new OnnxDimension[lengths.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = lengths[i] < 0 ? OnnxDimension.free("N") : OnnxDimension.of(lengths[i]);
    }
    return shape;
  }

  /** One operator on a value "x" that makes a value "y". */
  static OnnxModelBuilder one(OnnxDataType in, OnnxDimension[] x, OnnxDataType out,
      OnnxDimension[] y, String operator, OnnxAttribute... attributes) {
    return builder("one").input(OnnxValue.of("x", in, x))
        .output(OnnxValue.of("y", out, y))
        .node(OnnxNode.of(operator, List.of("x"), List.of("y"), attributes));
  }

  /** A value of any type that comes out as it went in. */
  static OnnxModelBuilder identity(OnnxDataType type, long... shape) {
    return one(type, shape(shape), type, shape(shape), "Identity");
  }

  /** Dense layers from "x" [N, widths[0]] to "y" [N, widths[last]], with ReLU between and Softmax at the end. */
  static OnnxModelBuilder mlp(long seed, int... widths) {
    SplittableRandom random = new SplittableRandom(seed);
    int last = widths.length - 1;
    OnnxModelBuilder graph = builder("mlp").producer("tests", "1")
        .input(OnnxValue.of("x", FLOAT, shape(-1, widths[0])))
        .output(OnnxValue.of("y", FLOAT, shape(-1, widths[last])));
    String value = "x";
    for (int i = 1; i <= last; i++) {
      graph.initializer(OnnxTensor.ofFloats("w" + i,
          floats(random, widths[i - 1] * widths[i]), widths[i - 1], widths[i]));
      graph.initializer(OnnxTensor.ofFloats("b" + i, floats(random, widths[i]), widths[i]));
      graph.node(OnnxNode.of("Gemm", List.of(value, "w" + i, "b" + i), List.of("h" + i)));
      value = i == last ? "y" : "r" + i;
      graph.node(OnnxNode.of(i == last ? "Softmax" : "Relu", List.of("h" + i), List.of(value)));
    }
    return graph;
  }

  static float[] floats(SplittableRandom random, int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) (random.nextDouble() - 0.5);
    }
    return floats;
  }

  /** A message of protocol buffers: numbers of fields, each with a text, bytes or a number. */
  static byte[] message(Object... fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (int i = 0; i < fields.length; i += 2) {
        int number = (Integer) fields[i];
        switch (fields[i + 1]) {
          case String text -> out.writeString(number, text);
          case byte[] message -> out.writeByteArray(number, message);
          case Long whole -> out.writeInt64(number, whole);
          default -> throw new IllegalArgumentException("field " + number);
        }
      }
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }
}

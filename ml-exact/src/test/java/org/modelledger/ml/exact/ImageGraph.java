package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;
import org.modelledger.inference.Tensor;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;

/** A graph with every operator for images, and images for it. */
final class ImageGraph {
  private ImageGraph() {}

  /** Three images of four channels, 11×14. */
  static Tensor images(boolean float64) {
    double[] elements = doubles(Xoshiro256.seeded(12, 0), 3 * 4 * 11 * 14);
    return float64 ? Tensor.of(elements, 3, 4, 11, 14) : Tensor.of(floats(elements), 3, 4, 11, 14);
  }

  static byte[] of(boolean float64) {
    OnnxDataType type = float64 ? OnnxDataType.DOUBLE : OnnxDataType.FLOAT;
    Xoshiro256 random = Xoshiro256.seeded(13, 0);
    return OnnxGraphs.graph(type, OnnxGraphs.shape(-1, 4, 11, 14), type, g -> g
        .initializer(constant("w", float64, weights(random, 6 * 2 * 3 * 2), 6, 2, 3, 2))
        .initializer(constant("b", float64, doubles(random, 6), 6))
        .initializer(constant("mean", float64, doubles(random, 6), 6))
        .initializer(constant("w2", float64, weights(random, 5 * 6 * 9), 5, 6, 3, 3))
        .initializer(OnnxTensor.ofLongs("line", new long[]{0, 0, -1}, 3))
        .initializer(constant("w3", float64, weights(random, 4 * 5 * 3), 4, 5, 3))
        .node(OnnxNode.of("Conv", List.of("x", "w", "b"), List.of("grouped"),
            new OnnxAttribute.IntValue("group", 2), ints("pads", 1, 0, 2, 1),
            ints("dilations", 2, 1)))
        .node(OnnxNode.of("BatchNormalization", List.of("grouped", "b", "mean", "mean", "b"),
            List.of("normal")))
        .node(OnnxNode.of("Relu", List.of("normal"), List.of("relu")))
        .node(OnnxNode.of("MaxPool", List.of("relu"), List.of("pooled"),
            ints("kernel_shape", 3, 2), ints("strides", 2, 1), ints("pads", 1, 0, 1, 1)))
        .node(OnnxNode.of("Conv", List.of("pooled", "w2"), List.of("same"),
            new OnnxAttribute.StringValue("auto_pad", "SAME_LOWER"), ints("strides", 1, 2)))
        .node(OnnxNode.of("AveragePool", List.of("same"), List.of("average"),
            ints("kernel_shape", 2, 3), ints("pads", 1, 1, 0, 1)))
        .node(OnnxNode.of("AveragePool", List.of("same"), List.of("counted"),
            ints("kernel_shape", 2, 3), ints("pads", 1, 1, 0, 1),
            new OnnxAttribute.IntValue("count_include_pad", 1)))
        .node(OnnxNode.of("Add", List.of("average", "counted"), List.of("added")))
        .node(OnnxNode.of("GlobalAveragePool", List.of("added"), List.of("mean0")))
        .node(OnnxNode.of("Sub", List.of("added", "mean0"), List.of("centred")))
        .node(OnnxNode.of("Transpose", List.of("centred"), List.of("turned"),
            ints("perm", 0, 1, 3, 2)))
        .node(OnnxNode.of("Reshape", List.of("turned", "line"), List.of("long")))
        .node(OnnxNode.of("Conv", List.of("long", "w3"), List.of("oneDimension"),
            ints("strides", 2), ints("pads", 1, 1)))
        .node(OnnxNode.of("MaxPool", List.of("oneDimension"), List.of("half"),
            ints("kernel_shape", 2), ints("strides", 2),
            new OnnxAttribute.IntValue("ceil_mode", 1)))
        .node(OnnxNode.of("Flatten", List.of("half"), List.of("y"))));
  }

  /** Small enough that errors are too. */
  private static double[] weights(Xoshiro256 random, int count) {
    double[] weights = doubles(random, count);
    for (int i = 0; i < count; i++) {
      weights[i] = (weights[i] - 0.6) / 8;
    }
    return weights;
  }

  private static OnnxAttribute ints(String name, long... values) {
    return new OnnxAttribute.IntList(name, Arrays.stream(values).boxed().toList());
  }

  private static OnnxTensor constant(String name, boolean float64,
      double[] elements,
      long... shape) {
    return float64
        ? OnnxTensor.ofDoubles(name, elements, shape)
        : OnnxTensor.ofFloats(name, floats(elements), shape);
  }

  private static double[] doubles(Xoshiro256 random, int count) {
    double[] elements = new double[count];
    for (int i = 0; i < count; i++) {
      elements[i] = random.nextDouble() + 0.1;
    }
    return elements;
  }

  private static float[] floats(double[] elements) {
    float[] floats = new float[elements.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) elements[i];
    }
    return floats;
  }
}

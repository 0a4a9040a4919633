package org.modelledger.onnx.models;

import java.util.Arrays;
import java.util.List;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;

/**
 * The layers that the architectures are made of, under the parameter names of PyTorch's modules: a
 * layer {@code x} has {@code x.weight} and, mostly, {@code x.bias}. Shapes are written outermost first;
 * B is the batch, S the sequence, both free.
 */
public final class Layers {
  private static final double SQRT_2 = 1.4142135623730951;
  private static final double SQRT_2_BY_PI = 0.7978845608028654;
  private static final float LOWEST = -Float.MAX_VALUE;

  private final GraphBuilder graph;

  /** Adds to this graph. */
  public Layers(GraphBuilder graph) {
    this.graph = graph;
  }

  // --- elementwise

  /** Adds two tensors, broadcast. */
  public Value add(Value a, Value b) {
    return graph.node("Add", List.of(a, b));
  }

  /** Multiplies two tensors, broadcast. */
  public Value multiply(Value a, Value b) {
    return graph.node("Mul", List.of(a, b));
  }

  /** The exact Gaussian error linear unit: x/2 · (1 + erf(x/√2)). Hendrycks and Gimpel, 2016. */
  public Value gelu(Value x) {
    Value scaled = graph.node("Div", List.of(x, graph.constant((float) SQRT_2)));
    Value erf = add(graph.node("Erf", List.of(scaled)), graph.constant(1f));
    return multiply(multiply(x, erf), graph.constant(0.5f));
  }

  /** Its approximation in GPT-2: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
  public Value geluTanh(Value x) {
    Value cube = multiply(multiply(x, x), x);
    Value sum = add(x, multiply(cube, graph.constant(0.044715f)));
    Value tanh = graph.node("Tanh",
        List.of(multiply(sum, graph.constant((float) SQRT_2_BY_PI))));
    return multiply(multiply(x, add(tanh, graph.constant(1f))), graph.constant(0.5f));
  }

  // --- of transformers

  /**
   * A fully connected layer with PyTorch's {@code Linear} parameters: weight [out, in], bias [out].
   *
   * @param x [..., in]
   * @return [..., out]
   */
  public Value linear(Value x, String name, long in, long out, double deviation) {
    Value weight = graph.transposed(Parameter.random(name + ".weight", deviation, out, in));
    return add(graph.node("MatMul", List.of(x, weight)), bias(name, out));
  }

  /**
   * A fully connected layer with the parameters of GPT-2's {@code Conv1D}: weight [in, out], bias
   * [out]; otherwise as {@link #linear}.
   */
  public Value conv1d(Value x, String name, long in, long out, double deviation) {
    Value weight = graph.parameter(Parameter.random(name + ".weight", deviation, in, out));
    return add(graph.node("MatMul", List.of(x, weight)), bias(name, out));
  }

  private Value bias(String name, long size) {
    return graph.parameter(Parameter.filled(name + ".bias", 0, size));
  }

  /** Normalises the last dimension, of this size. Ba, Kiros and Hinton, 2016. */
  public Value layerNorm(Value x, String name, long size, float epsilon) {
    return graph.node("LayerNormalization",
        List.of(x, graph.parameter(Parameter.filled(name + ".weight", 1, size)),
            graph.parameter(Parameter.filled(name + ".bias", 0, size))),
        new OnnxAttribute.IntValue("axis", -1),
        new OnnxAttribute.FloatValue("epsilon", epsilon));
  }

  /**
   * Looks up rows of a table.
   *
   * @param indices int64, any shape
   * @return the shape of the indices with the row's length behind it
   */
  public Value embedding(Value indices, Parameter table) {
    return graph.node("Gather", List.of(graph.parameter(table), indices));
  }

  /** [B, S, heads·size] → [B, heads, S, size]. */
  public Value splitHeads(Value x, long heads, long headSize) {
    Value split = graph.node("Reshape", List.of(x, graph.constants(0, 0, heads, headSize)));
    return transpose(split, 0, 2, 1, 3);
  }

  /** [B, heads, S, size] → [B, S, heads·size], which is {@code width}. */
  public Value mergeHeads(Value x, long width) {
    return graph.node("Reshape",
        List.of(transpose(x, 0, 2, 1, 3), graph.constants(0, 0, width)));
  }

  /**
   * Scaled dot-product attention. Vaswani et al., 2017, §3.2.1.
   *
   * @param query [B, heads, S, size]
   * @param key [B, heads, T, size]
   * @param value [B, heads, T, size]
   * @param allowed which of the T places may be looked at: boolean, broadcast to [B, heads, S, T]; where
   *     it is nowhere allowed, all places count the same
   * @return [B, heads, S, size]
   */
  public Value attention(Value query, Value key, Value value, Value allowed, long headSize) {
    Value product = graph.node("MatMul", List.of(query, transpose(key, 0, 1, 3, 2)));
    Value scores = multiply(product, graph.constant((float) (1 / Math.sqrt((double) headSize))));
    Value masked = graph.node("Where", List.of(allowed, scores, graph.constant(LOWEST)));
    Value weights = graph.node("Softmax", List.of(masked), new OnnxAttribute.IntValue("axis", -1));
    return graph.node("MatMul", List.of(weights, value));
  }

  // --- of convolutional networks

  /**
   * A convolution without bias and a batch normalisation with its running statistics: {@code
   * convolution.weight} [out, in, kernel, kernel] and {@code norm.weight}, {@code .bias}, {@code
   * .running_mean}, {@code .running_var} [out]. Padded so that stride 1 keeps height and width.
   *
   * @param x [B, in, H, W]
   * @return [B, out, ⌈H/stride⌉, ⌈W/stride⌉]
   */
  public Value convolutionNorm(Value x, String convolution, String norm, long in, long out,
      long kernel, long stride) {
    long padding = kernel / 2;
    // He et al., 2015: keeps the variance behind a rectifier
    double deviation = Math.sqrt(2.0 / ((double) out * kernel * kernel));
    Value weight = graph.parameter(
        Parameter.random(convolution + ".weight", deviation, out, in, kernel, kernel));
    Value features = graph.node("Conv", List.of(x, weight), ints("kernel_shape", kernel, kernel),
        ints("strides", stride, stride), ints("pads", padding, padding, padding, padding));
    return graph.node("BatchNormalization",
        List.of(features, graph.parameter(Parameter.filled(norm + ".weight", 1, out)),
            graph.parameter(Parameter.filled(norm + ".bias", 0, out)),
            graph.parameter(Parameter.filled(norm + ".running_mean", 0, out)),
            graph.parameter(Parameter.filled(norm + ".running_var", 1, out))),
        new OnnxAttribute.FloatValue("epsilon", 1e-5f));
  }

  /** The greater of x and 0. */
  public Value relu(Value x) {
    return graph.node("Relu", List.of(x));
  }

  /** The greatest of each window; padded by half a window. */
  public Value maxPool(Value x, long kernel, long stride) {
    long padding = kernel / 2;
    return graph.node("MaxPool", List.of(x), ints("kernel_shape", kernel, kernel),
        ints("strides", stride, stride), ints("pads", padding, padding, padding, padding));
  }

  // --- shapes

  /** Exchanges dimensions. */
  public Value transpose(Value x, long... order) {
    return graph.node("Transpose", List.of(x), ints("perm", order));
  }

  /** Returns the size of one dimension: int64, of shape [1]. */
  public Value size(Value x, long dimension) {
    return graph.node("Shape", List.of(x), new OnnxAttribute.IntValue("start", dimension),
        new OnnxAttribute.IntValue("end", dimension + 1));
  }

  /** Converts the elements. */
  public Value cast(Value x, OnnxDataType type) {
    return graph.node("Cast", List.of(x), new OnnxAttribute.IntValue("to", type.number()));
  }

  /** Adds dimensions of size 1. */
  public Value unsqueeze(Value x, long... dimensions) {
    return graph.node("Unsqueeze", List.of(x, graph.constants(dimensions)));
  }

  private static OnnxAttribute ints(String name, long... values) {
    return new OnnxAttribute.IntList(name, Arrays.stream(values).boxed().toList());
  }
}

package org.modelledger.onnx;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One application of an operator.
 *
 * @param name for people; may be empty
 * @param domain of the operator; empty for ONNX's own operators ({@code ai.onnx})
 * @param operator such as {@code Gemm}
 * @param inputs names of values; an empty name stands for an optional input that is left out
 * @param outputs names of the values it makes; an empty name stands for an optional output not wanted
 * @param attributes with unique names
 */
public record OnnxNode(String name, String domain, String operator, List<String> inputs,
    List<String> outputs,
    List<OnnxAttribute> attributes) {
  public OnnxNode {
    Objects.requireNonNull(name, "name");
    domain = domain.equals("ai.onnx") ? "" : domain;
    if (operator.isEmpty()) {
      throw new IllegalArgumentException("node '" + name + "' names no operator");
    }
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = List.copyOf(attributes);
  }

  /** Returns a node of one of ONNX's own operators, without a name. */
  public static OnnxNode of(String operator, List<String> inputs, List<String> outputs,
      OnnxAttribute... attributes) {
    return new OnnxNode("", "", operator, inputs, outputs, List.of(attributes));
  }

  /** Returns an attribute, or nothing if the node leaves it to the operator's default. */
  public Optional<OnnxAttribute> attribute(String attributeName) {
    return attributes.stream().filter(a -> a.name().equals(attributeName)).findFirst();
  }
}

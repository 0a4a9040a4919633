package org.modelledger.onnx;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The declaration of a tensor that goes into or comes out of a graph.
 *
 * @param name unique among the values of the graph; not empty
 * @param type of its elements
 * @param shape outermost dimension first; nothing if the model does not even say the rank
 */
public record OnnxValue(String name, OnnxDataType type, Optional<List<OnnxDimension>> shape) {
  public OnnxValue {
    Objects.requireNonNull(type, "type");
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "a value has an empty name; wanted at least one character");
    }
    shape = shape.map(List::copyOf);
  }

  /** Returns a declaration with a known rank. */
  public static OnnxValue of(String name, OnnxDataType type, OnnxDimension... shape) {
    return new OnnxValue(name, type, Optional.of(List.of(shape)));
  }
}

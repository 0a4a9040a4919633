package org.modelledger.inference;

import java.util.Objects;

/**
 * What a named tensor has to look like.
 *
 * @param name not empty, well-formed Unicode
 * @param dataType the type of its elements
 * @param shape its dimensions, outermost first; free ones are chosen by each call
 */
public record TensorSpec(String name, DataType dataType, Shape shape) {
  /** @throws IllegalArgumentException if the name is empty or not well-formed Unicode */
  public TensorSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dataType, "dataType");
    Objects.requireNonNull(shape, "shape");
    checkName(name);
  }

  /** Refuses an empty name, and one without a UTF-8 form, which canonical bytes need. */
  static void checkName(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a tensor's name is not empty");
    }
    if (name.codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff)) {
      throw new IllegalArgumentException("a tensor's name is well-formed Unicode; '" + name
          + "' has a surrogate without its partner");
    }
  }

  /**
   * Returns the tensor if it fits.
   *
   * @throws IllegalArgumentException if type or shape do not fit; names the tensor, what it has and
   *     what it needs
   */
  public Tensor check(Tensor tensor) {
    if (tensor.dataType() != dataType || !shape.accepts(tensor.shape())) {
      throw new IllegalArgumentException("tensor '" + name + "' has " + tensor.dataType() + " "
          + tensor.shape() + "; expected " + dataType + " " + shape);
    }
    return tensor;
  }

  @Override
  public String toString() {
    return name + ": " + dataType + " " + shape;
  }
}

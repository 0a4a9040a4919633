package org.modelledger.onnx;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A constant of the main graph whose elements lie in another file (ONNX IR specification, "External
 * Tensor Data").
 *
 * @param name unique among the values of the graph; not empty
 * @param type of its elements; not {@link OnnxDataType#STRING}
 * @param shape outermost dimension first, each from 0; empty for a scalar
 * @param location the file, relative to the model's own, with {@code /} between directories; as the model
 *     has it, so nothing is known of it
 * @param offset of the first element's first byte in that file, from 0
 * @param length in bytes, if the model says so
 */
public record OnnxExternalTensor(String name, OnnxDataType type, List<Long> shape, String location,
    long offset, OptionalLong length) {
  /**
   * @throws IllegalArgumentException if the name is empty, the type is {@code STRING}, a number is negative
   *     or the shape takes more bytes than a {@code long} counts
   */
  public OnnxExternalTensor {
    Objects.requireNonNull(location, "location");
    Objects.requireNonNull(length, "length");
    shape = List.copyOf(shape);
    if (name.isEmpty() || type == OnnxDataType.STRING || offset < 0 || length.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "initializer '" + name + "' in '" + location + "' has type "
              + type + ", offset " + offset + ", length " + length
              + "; wanted a name, a type but STRING and numbers of 0 or more");
    }
    try {
      OnnxTensor.byteCount(type, shape.stream().mapToLong(Long::longValue).toArray());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("initializer '" + name + "' has shape " + shape
          + "; wanted sizes of 0 or more whose product fits", e);
    }
  }

  /** Returns how many bytes the elements take, by type and shape. */
  public long byteCount() {
    return OnnxTensor.byteCount(type, shape.stream().mapToLong(Long::longValue).toArray());
  }
}

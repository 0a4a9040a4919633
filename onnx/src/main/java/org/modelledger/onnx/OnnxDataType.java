package org.modelledger.onnx;

import java.util.Optional;

/**
 * The element type of a tensor, as the ONNX IR specification numbers them
 * ({@code TensorProto.DataType}).
 */
public enum OnnxDataType {
  FLOAT(1, 4), UINT8(2, 1), INT8(3, 1), UINT16(4, 2), INT16(5, 2), INT32(6, 4), INT64(7, 8),
  /** Elements of any length; {@link #byteSize()} is 0. */
  STRING(8, 0), BOOL(9, 1), FLOAT16(10, 2), DOUBLE(11, 8), UINT32(12, 4), UINT64(13,
      8), COMPLEX64(14, 8), COMPLEX128(15, 16), BFLOAT16(16, 2);

  private final int number;
  private final int byteSize;

  OnnxDataType(int number, int byteSize) {
    this.number = number;
    this.byteSize = byteSize;
  }

  /** Returns the number that stands for this type in files and in the attribute {@code to} of Cast. */
  public int number() {
    return number;
  }

  /** Returns the bytes one element takes, or 0 if that varies. */
  public int byteSize() {
    return byteSize;
  }

  /** Returns the type with a number, or nothing if no type here has it. */
  public static Optional<OnnxDataType> ofNumber(long number) {
    for (OnnxDataType type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}

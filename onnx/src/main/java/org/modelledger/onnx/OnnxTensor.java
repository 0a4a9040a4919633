package org.modelledger.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A constant tensor: a name, a data type, a shape and row-major elements. Immutable.
 *
 * <p>Elements are held as in the file, little-endian; {@link #data()} shows them without a copy.
 */
public final class OnnxTensor {
  private final String name;
  private final OnnxDataType type;
  private final long[] shape;
  private final ByteString raw;

  /** Takes over {@code shape}; raw has exactly the bytes that type and shape ask for. */
  OnnxTensor(String name, OnnxDataType type, long[] shape, ByteString raw) {
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.raw = raw;
  }

  /**
   * Returns a float32 tensor.
   *
   * @param shape outermost dimension first; none for a scalar
   * @throws IllegalArgumentException if the shape does not hold exactly these elements
   */
  public static OnnxTensor ofFloats(String name, float[] elements, long... shape) {
    ByteBuffer bytes = allocate(elements.length, Float.BYTES);
    bytes.asFloatBuffer().put(elements);
    return of(name, OnnxDataType.FLOAT, bytes, shape);
  }

  /** Returns a float64 tensor; otherwise as {@link #ofFloats}. */
  public static OnnxTensor ofDoubles(String name, double[] elements, long... shape) {
    ByteBuffer bytes = allocate(elements.length, Double.BYTES);
    bytes.asDoubleBuffer().put(elements);
    return of(name, OnnxDataType.DOUBLE, bytes, shape);
  }

  /** Returns an int64 tensor; otherwise as {@link #ofFloats}. */
  public static OnnxTensor ofLongs(String name, long[] elements, long... shape) {
    ByteBuffer bytes = allocate(elements.length, Long.BYTES);
    bytes.asLongBuffer().put(elements);
    return of(name, OnnxDataType.INT64, bytes, shape);
  }

  /**
   * Returns a tensor of any type but {@link OnnxDataType#STRING}.
   *
   * @param elements row-major, little-endian, from the buffer's position to its limit; copied
   * @param shape outermost dimension first; none for a scalar
   * @throws IllegalArgumentException if the shape does not hold exactly these elements
   */
  public static OnnxTensor of(String name, OnnxDataType type, ByteBuffer elements, long... shape) {
    Objects.requireNonNull(name, "name");
    if (type == OnnxDataType.STRING) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' has type STRING, which is not supported");
    }
    long[] dims = shape.clone();
    long wanted;
    try {
      wanted = byteCount(type, dims);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("tensor '" + name + "' has shape " + Arrays.toString(dims)
          + "; wanted sizes of 0 or more whose product fits", e);
    }
    if (wanted != elements.remaining()) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' has " + elements.remaining() + " bytes; " + type
              + " with shape " + Arrays.toString(dims) + " takes " + wanted);
    }
    return new OnnxTensor(name, type, dims, ByteString.copyFrom(elements.duplicate()));
  }

  private static ByteBuffer allocate(int count, int size) {
    return ByteBuffer.allocate(Math.multiplyExact(count, size)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the bytes a shape takes. */
  static long byteCount(OnnxDataType type, long[] shape) {
    long bytes = type.byteSize();
    for (long size : shape) {
      if (size < 0) {
        throw new ArithmeticException("negative size");
      }
      bytes = Math.multiplyExact(bytes, size);
    }
    return bytes;
  }

  /** Returns the name; empty where the tensor is an attribute. */
  public String name() {
    return name;
  }

  /** Returns the type of the elements. */
  public OnnxDataType type() {
    return type;
  }

  /** Returns the shape, outermost dimension first; empty for a scalar. */
  public List<Long> shape() {
    return Arrays.stream(shape).boxed().toList();
  }

  /** Returns the number of elements. */
  public int elementCount() {
    return raw.size() / type.byteSize();
  }

  /** Returns the elements: row-major, little-endian, read-only, without a copy. */
  public ByteBuffer data() {
    // of a tensor that was read, the file's bytes begin before its own
    return raw.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Returns a copy of the elements.
   *
   * @throws IllegalStateException if the type is not {@link OnnxDataType#FLOAT}
   */
  public float[] toFloats() {
    requireType(OnnxDataType.FLOAT);
    float[] elements = new float[elementCount()];
    data().asFloatBuffer().get(elements);
    return elements;
  }

  /**
   * Returns a copy of the elements.
   *
   * @throws IllegalStateException if the type is not {@link OnnxDataType#DOUBLE}
   */
  public double[] toDoubles() {
    requireType(OnnxDataType.DOUBLE);
    double[] elements = new double[elementCount()];
    data().asDoubleBuffer().get(elements);
    return elements;
  }

  /**
   * Returns a copy of the elements.
   *
   * @throws IllegalStateException if the type is not {@link OnnxDataType#INT64}
   */
  public long[] toLongs() {
    requireType(OnnxDataType.INT64);
    long[] elements = new long[elementCount()];
    data().asLongBuffer().get(elements);
    return elements;
  }

  private void requireType(OnnxDataType wanted) {
    if (type != wanted) {
      throw new IllegalStateException("tensor '" + name + "' has type " + type + ", not " + wanted);
    }
  }

  ByteString raw() {
    return raw;
  }

  static ByteString wrap(ByteBuffer fresh) {
    return UnsafeByteOperations.unsafeWrap(fresh);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OnnxTensor that && name.equals(that.name) && type == that.type
        && Arrays.equals(shape, that.shape) && raw.equals(that.raw);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, type, Arrays.hashCode(shape), raw);
  }

  @Override
  public String toString() {
    return "OnnxTensor[" + name + ", " + type + Arrays.toString(shape) + "]";
  }
}

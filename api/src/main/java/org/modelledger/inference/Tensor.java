package org.modelledger.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A data type, a shape and the elements: little-endian, row by row (the last dimension fastest),
 * without gaps.
 *
 * <p>The memory is a {@link ByteBuffer}. The factories that take arrays copy into direct memory,
 * which native runtimes use as it is; {@link #wrap} takes any buffer as it is. Immutable, and safe
 * for use by several threads, as long as nobody writes to a wrapped buffer. Nothing to close: the
 * memory lives as long as it is reachable.
 */
public final class Tensor {
  private final DataType dataType;
  private final Shape shape;
  private final ByteBuffer data;

  private Tensor(DataType dataType, Shape shape, ByteBuffer data) {
    this.dataType = dataType;
    this.shape = shape;
    this.data = data;
  }

  /**
   * Takes a buffer as the memory of a tensor, from its position to its limit.
   *
   * @param data little-endian elements, direct or not; not copied, so nobody may write to it any more
   * @throws IllegalArgumentException if the shape has free dimensions or the bytes do not fit it;
   *     names how many there are and how many it takes
   */
  public static Tensor wrap(DataType dataType, Shape shape, ByteBuffer data) {
    Objects.requireNonNull(dataType, "dataType");
    if (!shape.isFixed()) {
      throw new IllegalArgumentException("a tensor's shape is fixed, not " + shape);
    }
    ByteBuffer bytes = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (dataType == DataType.BYTES) {
      checkStrings(shape, bytes);
    } else {
      long expected = bytesFor(dataType, shape);
      if (bytes.remaining() != expected) {
        throw new IllegalArgumentException(dataType + " " + shape + " takes " + expected
            + " bytes; the buffer has " + bytes.remaining());
      }
      if (dataType == DataType.BOOL) {
        checkBooleans(bytes);
      }
    }
    return new Tensor(dataType, shape, bytes);
  }

  /** Returns an {@link DataType#FP32} tensor with these elements. */
  public static Tensor of(float[] elements, long... shape) {
    ByteBuffer data = allocate(elements.length, Float.BYTES);
    data.asFloatBuffer().put(elements);
    return wrap(DataType.FP32, Shape.of(shape), data);
  }

  /** Returns an {@link DataType#FP64} tensor with these elements. */
  public static Tensor of(double[] elements, long... shape) {
    ByteBuffer data = allocate(elements.length, Double.BYTES);
    data.asDoubleBuffer().put(elements);
    return wrap(DataType.FP64, Shape.of(shape), data);
  }

  /** Returns an {@link DataType#INT64} tensor with these elements. */
  public static Tensor of(long[] elements, long... shape) {
    ByteBuffer data = allocate(elements.length, Long.BYTES);
    data.asLongBuffer().put(elements);
    return wrap(DataType.INT64, Shape.of(shape), data);
  }

  /** Returns an {@link DataType#INT32} tensor with these elements. */
  public static Tensor of(int[] elements, long... shape) {
    ByteBuffer data = allocate(elements.length, Integer.BYTES);
    data.asIntBuffer().put(elements);
    return wrap(DataType.INT32, Shape.of(shape), data);
  }

  /** Returns an {@link DataType#INT8} tensor with these elements. */
  public static Tensor of(byte[] elements, long... shape) {
    return wrap(DataType.INT8, Shape.of(shape), allocate(elements.length, 1).put(elements).flip());
  }

  /** Returns a {@link DataType#BOOL} tensor with these elements. */
  public static Tensor of(boolean[] elements, long... shape) {
    ByteBuffer data = allocate(elements.length, 1);
    for (boolean element : elements) {
      data.put((byte) (element ? 1 : 0));
    }
    return wrap(DataType.BOOL, Shape.of(shape), data.flip());
  }

  /** Returns a {@link DataType#BYTES} tensor with these strings in UTF-8. */
  public static Tensor ofStrings(List<String> elements, long... shape) {
    List<byte[]> encoded = new ArrayList<>(elements.size());
    long size = 0;
    for (String element : elements) {
      byte[] bytes = element.getBytes(StandardCharsets.UTF_8);
      encoded.add(bytes);
      size += Integer.BYTES + bytes.length;
    }
    ByteBuffer data = allocate(Math.toIntExact(size), 1);
    for (byte[] bytes : encoded) {
      data.putInt(bytes.length).put(bytes);
    }
    return wrap(DataType.BYTES, Shape.of(shape), data.flip());
  }

  public DataType dataType() {
    return dataType;
  }

  public Shape shape() {
    return shape;
  }

  /** Returns the elements' bytes: a read-only, little-endian view from position 0. */
  public ByteBuffer data() {
    return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Says whether the memory is outside the Java heap, so that native code can use it as it is. */
  public boolean isDirect() {
    return data.isDirect();
  }

  /**
   * Copies the elements.
   *
   * @throws IllegalStateException unless this is an {@link DataType#FP32} tensor
   */
  public float[] toFloats() {
    require(DataType.FP32);
    float[] elements = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(elements);
    return elements;
  }

  /**
   * Copies the elements.
   *
   * @throws IllegalStateException unless this is an {@link DataType#FP64} tensor
   */
  public double[] toDoubles() {
    require(DataType.FP64);
    double[] elements = new double[data.remaining() / Double.BYTES];
    data.asDoubleBuffer().get(elements);
    return elements;
  }

  /**
   * Copies the elements.
   *
   * @throws IllegalStateException unless this is an {@link DataType#INT64} tensor
   */
  public long[] toLongs() {
    require(DataType.INT64);
    long[] elements = new long[data.remaining() / Long.BYTES];
    data.asLongBuffer().get(elements);
    return elements;
  }

  /**
   * Copies the elements.
   *
   * @throws IllegalStateException unless this is an {@link DataType#INT32} tensor
   */
  public int[] toInts() {
    require(DataType.INT32);
    int[] elements = new int[data.remaining() / Integer.BYTES];
    data.asIntBuffer().get(elements);
    return elements;
  }

  /**
   * Copies the elements as text.
   *
   * @throws IllegalStateException unless this is a {@link DataType#BYTES} tensor
   */
  public List<String> toStrings() {
    require(DataType.BYTES);
    List<String> elements = new ArrayList<>();
    ByteBuffer bytes = data();
    while (bytes.hasRemaining()) {
      byte[] element = new byte[bytes.getInt()];
      bytes.get(element);
      elements.add(new String(element, StandardCharsets.UTF_8));
    }
    return List.copyOf(elements);
  }

  /** Says whether type, shape and every byte are the same; so no NaN equals another NaN's bits. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor && dataType == tensor.dataType
        && shape.equals(tensor.shape) && data.equals(tensor.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(dataType, shape, data);
  }

  /** Returns type and shape, never the elements: they may be confidential. */
  @Override
  public String toString() {
    return "Tensor " + dataType + " " + shape;
  }

  private void require(DataType wanted) {
    if (dataType != wanted) {
      throw new IllegalStateException("the tensor has elements of type " + dataType + ", not "
          + wanted);
    }
  }

  private static ByteBuffer allocate(int elements, int size) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(elements, size))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long bytesFor(DataType dataType, Shape shape) {
    try {
      return Math.multiplyExact(shape.elements(), Math.max(1, (long) dataType.size()));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          dataType + " " + shape + " takes more bytes than there can be", e);
    }
  }

  private static void checkBooleans(ByteBuffer bytes) {
    for (int i = 0; i < bytes.limit(); i++) {
      if ((bytes.get(i) & 0xfe) != 0) {
        throw new IllegalArgumentException(
            "a BOOL element is 0 or 1; element " + i + " is " + (bytes.get(i) & 0xff));
      }
    }
  }

  private static void checkStrings(Shape shape, ByteBuffer bytes) {
    ByteBuffer rest = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long elements = 0;
    while (rest.hasRemaining()) {
      int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
      if (length < 0 || length > rest.remaining()) {
        throw new IllegalArgumentException("element " + elements
            + " of a BYTES tensor is cut off: expected four bytes of length and as many bytes");
      }
      rest.position(rest.position() + length);
      elements++;
    }
    long expected = bytesFor(DataType.BYTES, shape);
    if (elements != expected) {
      throw new IllegalArgumentException("BYTES " + shape + " takes " + expected
          + " elements; the buffer has " + elements);
    }
  }
}

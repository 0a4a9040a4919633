package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;

/**
 * A value of a graph and its memory: rows as long as the last dimension, one for each combination of the
 * others. Whole numbers of both widths and truth values are held as {@code long}, texts as {@code String}.
 */
final class Slot {
  private static final long MAX_ROOM = 1L << 29;
  private static final int ROW_ELEMENTS = 6;

  final DataType type;
  final int[] shape;
  final boolean constant;
  private final Object[] rows;

  private Slot(DataType type, int[] shape, boolean constant, Object[] rows) {
    this.type = type;
    this.shape = shape;
    this.constant = constant;
    this.rows = rows;
  }

  /** @throws IllegalArgumentException if the shape is too large */
  static Slot allocate(DataType type, int[] shape, boolean constant) {
    requireRoom(room(shape));
    int count = rows(shape);
    int width = width(shape);
    return new Slot(type, shape, constant, rows(type, count, width));
  }

  private static Object[] rows(DataType type, int count, int width) {
    if (isFloat(type)) {
      return kernels(type).matrix(count, width);
    }
    if (type != DataType.BYTES) {
      return new long[count][width];
    }
    String[][] rows = new String[count][width];
    for (String[] row : rows) {
      Arrays.fill(row, "");
    }
    return rows;
  }

  /**
   * Allocates a constant of rank 2 or more whose rows are all that is beneath one index of the first
   * dimension: only for those who ask for the {@link #matrix}.
   */
  static Slot allocateMatrix(DataType type, int[] shape) {
    return new Slot(type, shape, true,
        allocate(type, new int[]{shape[0], product(shape, 1, shape.length)}, true).rows);
  }

  /** Returns how many elements there are, and as many more as the rows themselves take. */
  static long room(int[] shape) {
    return (long) rows(shape) * (width(shape) + ROW_ELEMENTS);
  }

  /** So that a small file cannot ask for all memory. */
  static void requireRoom(long room) {
    if (room > MAX_ROOM) {
      throw new IllegalArgumentException(
          "this takes room for " + room + " elements; expected at most " + MAX_ROOM);
    }
  }

  /** Returns the same memory under another shape with the same last dimension. */
  Slot alias(int[] other) {
    return new Slot(type, other, constant, rows);
  }

  static boolean isFloat(DataType type) {
    return type == DataType.FP32 || type == DataType.FP64;
  }

  /** Says whether the elements are held as {@code long}. */
  static boolean isWhole(DataType type) {
    return !isFloat(type) && type != DataType.BYTES;
  }

  static Kernels<?> kernels(DataType type) {
    return type == DataType.FP32 ? FloatKernels.INSTANCE : DoubleKernels.INSTANCE;
  }

  static int width(int[] shape) {
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }

  static int rows(int[] shape) {
    return product(shape, 0, shape.length - 1);
  }

  /** @throws IllegalArgumentException if the product does not fit */
  static int product(int[] shape, int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= shape[i];
      if (product > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a shape of " + Arrays.toString(shape) + " has too many elements");
      }
    }
    return (int) product;
  }

  static String text(int[] shape) {
    return Arrays.toString(shape);
  }

  int width() {
    return width(shape);
  }

  int rows() {
    return rows.length;
  }

  int elements() {
    return product(shape, 0, shape.length);
  }

  int rank() {
    return shape.length;
  }

  Shape apiShape() {
    long[] lengths = new long[shape.length];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = shape[i];
    }
    return Shape.of(lengths);
  }

  /** Returns the rows; the kernels are those of this type. */
  @SuppressWarnings("unchecked")
  <A> A[] rows(Kernels<A> kernels) {
    if (kernels.dataType() != type) {
      throw new IllegalStateException("the rows are of type " + type);
    }
    return (A[]) rows;
  }

  /** Returns a row for each index of the first dimension, which has to be longer than 0; perhaps a copy. */
  <A> A[] matrix(Kernels<A> kernels) {
    if (rows.length == shape[0]) {
      return rows(kernels);
    }
    Slot matrix = allocate(type, new int[]{shape[0], product(shape, 1, shape.length)}, constant);
    copyTo(matrix);
    return matrix.rows(kernels);
  }

  long[] longs(int row) {
    return (long[]) rows[row];
  }

  String[] strings(int row) {
    return (String[]) rows[row];
  }

  long getLong(int flat) {
    return longs(flat / width())[flat % width()];
  }

  void setLong(int flat, long value) {
    longs(flat / width())[flat % width()] = value;
  }

  /** Sets a number, rounded to this type. */
  void set(int row, int column, double value) {
    if (isFloat(type)) {
      set(kernels(type), row, column, value);
    } else {
      longs(row)[column] = (long) value;
    }
  }

  private <A> void set(Kernels<A> kernels, int row, int column, double value) {
    kernels.set(rows(kernels)[row], column, value);
  }

  /** Copies one element between memories of one type. */
  void copy(int row, int column, Slot target, int targetRow, int targetColumn) {
    System.arraycopy(rows[row], column, target.rows[targetRow], targetColumn, 1);
  }

  /** Returns the elements of a short list of whole numbers. */
  long[] toLongs() {
    long[] all = new long[elements()];
    for (int i = 0; i < all.length; i++) {
      all[i] = getLong(i);
    }
    return all;
  }

  /** Copies as many elements as there are, in row-major order, between memories of one type. */
  void copyTo(Slot target) {
    int from = width();
    int to = target.width();
    if (from == 0 || to == 0) {
      return;
    }
    int total = rows.length * from;
    for (int at = 0; at < total;) {
      int length = Math.min(from - at % from, to - at % to);
      System.arraycopy(rows[at / from], at % from, target.rows[at / to], at % to, length);
      at += length;
    }
  }

  void copyRow(int row, Slot target, int targetRow, int targetColumn) {
    System.arraycopy(rows[row], 0, target.rows[targetRow], targetColumn, width());
  }

  /** Copies one element out of every so many rows into a row of another memory. */
  void copyColumn(int row, int step, int column, Slot target, int targetRow) {
    if (isFloat(type)) {
      copyColumn(kernels(type), row, step, column, target, targetRow);
      return;
    }
    for (int j = 0; j < target.width(); j++) {
      copy(row + j * step, column, target, targetRow, j);
    }
  }

  private <A> void copyColumn(Kernels<A> kernels, int row, int step, int column, Slot target,
      int targetRow) {
    A[] from = rows(kernels);
    A into = target.rows(kernels)[targetRow];
    for (int j = 0; j < target.width(); j++) {
      kernels.set(into, j, kernels.get(from[row + j * step], column));
    }
  }

  /**
   * Reads all elements, little-endian.
   *
   * @throws IllegalArgumentException if a text is not UTF-8
   */
  void read(ByteBuffer from) {
    if (isFloat(type)) {
      readFloats(kernels(type), from);
    } else if (type == DataType.BYTES) {
      readStrings(from);
    } else {
      for (int r = 0; r < rows.length; r++) {
        long[] row = longs(r);
        for (int j = 0; j < row.length; j++) {
          row[j] = switch (type) {
            case INT64 -> from.getLong();
            case INT32 -> from.getInt();
            default -> from.get();
          };
        }
      }
    }
  }

  private <A> void readFloats(Kernels<A> kernels, ByteBuffer from) {
    for (A row : rows(kernels)) {
      kernels.read(from, row);
    }
  }

  private void readStrings(ByteBuffer from) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    for (int r = 0; r < rows.length; r++) {
      String[] row = strings(r);
      for (int j = 0; j < row.length; j++) {
        int length = from.getInt();
        try {
          row[j] = decoder.decode(from.slice(from.position(), length)).toString();
        } catch (CharacterCodingException e) {
          throw new IllegalArgumentException(
              "element " + (r * row.length + j) + " is no UTF-8; expected a text", e);
        }
        from.position(from.position() + length);
      }
    }
  }

  /** Returns all elements, little-endian. */
  ByteBuffer bytes() {
    if (type == DataType.BYTES) {
      return stringBytes();
    }
    ByteBuffer into = ByteBuffer.allocate(Math.multiplyExact(elements(), type.size()))
        .order(ByteOrder.LITTLE_ENDIAN);
    if (isFloat(type)) {
      writeFloats(kernels(type), into);
      return into.flip();
    }
    for (int r = 0; r < rows.length; r++) {
      for (long value : longs(r)) {
        switch (type) {
          case INT64 -> into.putLong(value);
          case INT32 -> into.putInt((int) value);
          default -> into.put((byte) value);
        }
      }
    }
    return into.flip();
  }

  private ByteBuffer stringBytes() {
    List<byte[]> encoded = new ArrayList<>();
    long size = 0;
    for (int r = 0; r < rows.length; r++) {
      for (String element : strings(r)) {
        byte[] bytes = element.getBytes(StandardCharsets.UTF_8);
        encoded.add(bytes);
        size += Integer.BYTES + bytes.length;
      }
    }
    ByteBuffer into = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    for (byte[] bytes : encoded) {
      into.putInt(bytes.length).put(bytes);
    }
    return into.flip();
  }

  private <A> void writeFloats(Kernels<A> kernels, ByteBuffer into) {
    for (A row : rows(kernels)) {
      kernels.write(row, into);
    }
  }
}

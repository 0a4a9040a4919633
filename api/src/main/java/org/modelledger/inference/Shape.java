package org.modelledger.inference;

import java.util.Arrays;

/**
 * The lengths of a tensor's dimensions, outermost first; none for a scalar. In a {@link TensorSpec} a
 * length may be {@link #FREE}, in a {@link Tensor} never.
 */
public final class Shape {
  /** The length of a dimension that each call chooses. */
  public static final long FREE = -1;

  /** The greatest number of dimensions. */
  public static final int MAX_RANK = 32;

  private static final Shape SCALAR = new Shape(new long[0]);

  private final long[] lengths;

  private Shape(long[] lengths) {
    this.lengths = lengths;
  }

  /**
   * Returns a shape.
   *
   * @param lengths from 0, or {@link #FREE}; copied
   * @throws IllegalArgumentException if a length is less than -1 or there are more than 32
   */
  public static Shape of(long... lengths) {
    if (lengths.length > MAX_RANK) {
      throw new IllegalArgumentException(
          "a shape has at most " + MAX_RANK + " dimensions, not " + lengths.length);
    }
    for (long length : lengths) {
      if (length < FREE) {
        throw new IllegalArgumentException(
            "a dimension's length is at least 0, or -1 if free: " + Arrays.toString(lengths));
      }
    }
    return lengths.length == 0 ? SCALAR : new Shape(lengths.clone());
  }

  /** Returns the number of dimensions, 0 for a scalar. */
  public int rank() {
    return lengths.length;
  }

  /** Returns the length of a dimension, counted from 0, or {@link #FREE}. */
  public long length(int dimension) {
    return lengths[dimension];
  }

  /** Returns all lengths, a new array each time. */
  public long[] lengths() {
    return lengths.clone();
  }

  /** Says whether no length is {@link #FREE}. */
  public boolean isFixed() {
    for (long length : lengths) {
      if (length == FREE) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the number of elements: the product of all lengths, 1 for a scalar.
   *
   * @throws IllegalStateException if a length is free
   * @throws ArithmeticException if the product does not fit a {@code long}
   */
  public long elements() {
    if (!isFixed()) {
      throw new IllegalStateException("the shape " + this + " has a free dimension");
    }
    for (long length : lengths) {
      if (length == 0) {
        // however long the others are
        return 0;
      }
    }
    long product = 1;
    for (long length : lengths) {
      product = Math.multiplyExact(product, length);
    }
    return product;
  }

  /** Says whether a fixed shape has this rank and these lengths, wherever this one is not free. */
  public boolean accepts(Shape fixed) {
    if (fixed.rank() != rank()) {
      return false;
    }
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] != FREE && lengths[i] != fixed.lengths[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns this shape inside a new outermost dimension. */
  public Shape prepend(long length) {
    long[] longer = new long[lengths.length + 1];
    longer[0] = length;
    System.arraycopy(lengths, 0, longer, 1, lengths.length);
    return of(longer);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(lengths, shape.lengths);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(lengths);
  }

  /** Returns the lengths in brackets, {@code ?} for a free one. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < lengths.length; i++) {
      text.append(i == 0 ? "" : ", ").append(lengths[i] == FREE ? "?" : Long.toString(lengths[i]));
    }
    return text.append(']').toString();
  }
}

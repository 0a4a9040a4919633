package org.modelledger.onnx.models;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A tensor of float32 that an architecture learns.
 *
 * @param name as the original implementation's checkpoints call it
 * @param shape as in those checkpoints, outermost dimension first; sizes from 1
 * @param initial what it is before any training, for weights that come from no checkpoint
 */
public record Parameter(String name, List<Long> shape, Initial initial) {

  /** How a parameter begins. */
  public sealed interface Initial {
    /** Every element has this value. */
    record Fill(float value) implements Initial {}

    /**
     * Every element is drawn alone, from a uniform distribution of mean 0.
     *
     * @param deviation its standard deviation, from 0
     */
    record Uniform(double deviation) implements Initial {
      /** @throws IllegalArgumentException if the deviation is negative or not finite */
      public Uniform {
        if (!(deviation >= 0 && deviation < Double.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException(
              "a standard deviation is a finite number from 0, not " + deviation);
        }
      }
    }
  }

  /** @throws IllegalArgumentException if the name is empty, or the shape has no elements or too many */
  public Parameter {
    Objects.requireNonNull(initial, "initial");
    shape = List.copyOf(shape);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a parameter has a name");
    }
    try {
      if (shape.stream().anyMatch(size -> size < 1) || elements(shape) > Long.MAX_VALUE / 8) {
        throw new ArithmeticException("no or too many elements");
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("parameter '" + name + "' has shape " + shape
          + "; wanted sizes of 1 or more whose product fits", e);
    }
  }

  /** Returns a parameter that begins with one value everywhere. */
  public static Parameter filled(String name, float value, long... shape) {
    return new Parameter(name, boxed(shape), new Initial.Fill(value));
  }

  /** Returns a parameter that begins with random values of this standard deviation. */
  public static Parameter random(String name, double deviation, long... shape) {
    return new Parameter(name, boxed(shape), new Initial.Uniform(deviation));
  }

  private static List<Long> boxed(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  private static long elements(List<Long> shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  /** Returns the number of elements. */
  public long elements() {
    return elements(shape);
  }

  /** Returns the length of the elements as float32, in bytes. */
  public long byteCount() {
    return elements() * Float.BYTES;
  }
}

package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.Objects;

/**
 * A dense layer of an {@link IntegerNetwork}. Immutable.
 *
 * <p>A sum is the bias of an output plus weight times value of every input. The last layer's sums are the
 * scores. Any other layer's become values of 0 to 255: {@code min(255, max(0, sum) · multiplier >> shift)}.
 */
public final class IntegerLayer {
  /** The greatest number of inputs or outputs: so no sum leaves the range of an {@code int}. */
  public static final int MAX_WIDTH = 32768;
  /** Biases are from {@code -MAX_BIAS} to {@code MAX_BIAS - 1}. */
  public static final int MAX_BIAS = 1 << 30;
  /** The greatest multiplier. */
  public static final int MAX_MULTIPLIER = 65535;
  /** The greatest shift. */
  public static final int MAX_SHIFT = 47;

  private final byte[][] weights;
  private final int[] biases;
  private final int multiplier;
  private final int shift;

  private IntegerLayer(byte[][] weights, int[] biases, int multiplier, int shift) {
    this.weights = weights;
    this.biases = biases;
    this.multiplier = multiplier;
    this.shift = shift;
  }

  /**
   * Returns a layer that others follow.
   *
   * @param weights a row for each input, in it one for each output; copied
   * @param biases one for each output; copied
   * @param multiplier 1 to 65535
   * @param shift 0 to 47
   * @throws IllegalArgumentException if a width, a bias, the multiplier or the shift is out of range
   */
  public static IntegerLayer hidden(byte[][] weights, int[] biases, int multiplier, int shift) {
    if (multiplier < 1 || multiplier > MAX_MULTIPLIER || shift < 0 || shift > MAX_SHIFT) {
      throw new IllegalArgumentException("the multiplier is " + multiplier + ", the shift " + shift
          + "; expected 1 to " + MAX_MULTIPLIER + " and 0 to " + MAX_SHIFT);
    }
    return new IntegerLayer(copy(weights, biases.length), check(biases), multiplier, shift);
  }

  /**
   * Returns a last layer.
   *
   * @param weights a row for each input, in it one for each output; copied
   * @param biases one for each output; copied
   * @throws IllegalArgumentException if a width or a bias is out of range
   */
  public static IntegerLayer last(byte[][] weights, int[] biases) {
    return new IntegerLayer(copy(weights, biases.length), check(biases), 0, 0);
  }

  private static byte[][] copy(byte[][] weights, int outputs) {
    if (weights.length < 1 || weights.length > MAX_WIDTH || outputs < 1 || outputs > MAX_WIDTH) {
      throw new IllegalArgumentException("a layer of " + weights.length + " inputs and " + outputs
          + " outputs; expected 1 to " + MAX_WIDTH + " of each");
    }
    byte[][] rows = new byte[weights.length][];
    for (int i = 0; i < rows.length; i++) {
      if (weights[i].length != outputs) {
        throw new IllegalArgumentException("input " + i + " has " + weights[i].length
            + " weights; there are " + outputs + " outputs");
      }
      rows[i] = weights[i].clone();
    }
    return rows;
  }

  private static int[] check(int[] biases) {
    for (int j = 0; j < biases.length; j++) {
      if (biases[j] < -MAX_BIAS || biases[j] >= MAX_BIAS) {
        throw new IllegalArgumentException("the bias of output " + j + " is " + biases[j]
            + "; expected " + -MAX_BIAS + " to " + (MAX_BIAS - 1));
      }
    }
    return biases.clone();
  }

  /** Returns the number of inputs. */
  public int inputs() {
    return weights.length;
  }

  /** Returns the number of outputs. */
  public int outputs() {
    return biases.length;
  }

  /** Says whether this can only be the last layer. */
  public boolean isLast() {
    return multiplier == 0;
  }

  /** Returns the weight between an input and an output, both from 0. */
  public byte weight(int input, int output) {
    return weights[input][output];
  }

  /** Returns the bias of an output. */
  public int bias(int output) {
    return biases[output];
  }

  /** Returns what sums are multiplied by, 0 for the last layer. */
  public int multiplier() {
    return multiplier;
  }

  /** Returns how many bits the products are shifted to the right by. */
  public int shift() {
    return shift;
  }

  /** Returns the sums. Whole numbers in any order: no sum, not even in between, leaves the range of an int. */
  int[] sums(int[] values) {
    int[] sums = biases.clone();
    for (int i = 0; i < values.length; i++) {
      int value = values[i];
      if (value != 0) {
        byte[] row = weights[i];
        for (int j = 0; j < sums.length; j++) {
          sums[j] += row[j] * value;
        }
      }
    }
    return sums;
  }

  /** Turns sums into values of 0 to 255, in place. */
  void scale(int[] sums) {
    for (int j = 0; j < sums.length; j++) {
      sums[j] = (int) Math.min(255, (long) Math.max(0, sums[j]) * multiplier >> shift);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IntegerLayer layer && Arrays.deepEquals(weights, layer.weights)
        && Arrays.equals(biases, layer.biases) && multiplier == layer.multiplier
        && shift == layer.shift;
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.deepHashCode(weights), Arrays.hashCode(biases), multiplier, shift);
  }

  @Override
  public String toString() {
    return inputs() + "-" + outputs() + (isLast() ? "" : "*" + multiplier + ">>" + shift);
  }
}

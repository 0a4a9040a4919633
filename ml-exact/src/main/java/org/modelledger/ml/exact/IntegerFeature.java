package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;

/**
 * How the numbers of one feature become bytes, and the sets of bytes that nodes ask for. Immutable.
 *
 * <p>An ordered feature has thresholds, and a number's byte is how many of them are below it: so {@code x <=
 * threshold[r]} is {@code byte <= r}, whatever x is. A categorical one has categories, and the byte says which of
 * them the number is, or is their count if it is none. NaN has either a byte of its own, one more than the
 * greatest of the others, or the greatest of the others.
 */
final class IntegerFeature {
  static final int MAX_NUMBERS = 255;
  static final int MAX_SETS = 1 << 16;
  static final int SET_BYTES = 32;
  static final int GREATEST_BYTE = 255;

  private final boolean categorical;
  private final double[] numbers;
  private final boolean ownMissing;
  private final List<byte[]> sets;

  /**
   * Takes over what it is given.
   *
   * @param numbers thresholds or categories, ascending, at most 255
   * @param ownMissing whether NaN has a byte of its own
   * @param sets as numbers of 256 bits, big-endian: byte v is in a set whose bit v is 1
   * @throws IllegalArgumentException if they are out of range, or not in order
   */
  IntegerFeature(boolean categorical, double[] numbers, boolean ownMissing, List<byte[]> sets) {
    this.categorical = categorical;
    this.numbers = numbers;
    this.ownMissing = ownMissing;
    this.sets = sets;
    int most = ownMissing ? MAX_NUMBERS - 1 : MAX_NUMBERS;
    if (numbers.length > most) {
      throw new IllegalArgumentException("there are " + numbers.length
          + " thresholds or categories; expected at most " + most);
    }
    for (int i = 0; i < numbers.length; i++) {
      if (Double.isNaN(numbers[i]) || numbers[i] == 0 && 1 / numbers[i] < 0
          || i > 0 && !(numbers[i - 1] < numbers[i])) {
        throw new IllegalArgumentException("threshold or category " + i + " is " + numbers[i]
            + (i > 0 ? " after " + numbers[i - 1] : "")
            + "; expected numbers that ascend, none of them NaN or -0.0");
      }
    }
    if (sets.size() > MAX_SETS) {
      throw new IllegalArgumentException(
          "there are " + sets.size() + " sets; expected at most " + MAX_SETS);
    }
    for (int s = 0; s < sets.size(); s++) {
      for (int value = missing() + 1; value <= GREATEST_BYTE; value++) {
        if (isIn(s, value)) {
          throw new IllegalArgumentException("set " + s + " has the byte " + value
              + "; the greatest there is is " + missing());
        }
      }
    }
  }

  boolean categorical() {
    return categorical;
  }

  /** Returns how many thresholds or categories there are. */
  int count() {
    return numbers.length;
  }

  double number(int i) {
    return numbers[i];
  }

  boolean ownMissing() {
    return ownMissing;
  }

  int sets() {
    return sets.size();
  }

  /** Returns a set; not a copy. */
  byte[] set(int s) {
    return sets.get(s);
  }

  /** Returns the byte of NaN, which is the greatest there is. */
  int missing() {
    return numbers.length + (ownMissing ? 1 : 0);
  }

  boolean isIn(int set, int value) {
    return isIn(sets.get(set), value);
  }

  static boolean isIn(byte[] set, int value) {
    return (set[SET_BYTES - 1 - value / Byte.SIZE] >> value % Byte.SIZE & 1) != 0;
  }

  static void put(byte[] set, int value) {
    set[SET_BYTES - 1 - value / Byte.SIZE] |= (byte) (1 << value % Byte.SIZE);
  }

  /** Returns the byte of a number, 0 to 255. */
  int toByte(double x) {
    if (Double.isNaN(x)) {
      return missing();
    }
    // adding zero turns minus zero into zero
    int at = Arrays.binarySearch(numbers, x + 0.0);
    if (categorical) {
      return at < 0 ? numbers.length : at;
    }
    return at < 0 ? -at - 1 : at;
  }
}

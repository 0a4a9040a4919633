package org.modelledger.ml.exact;

/**
 * Which number a byte of a network's input stands for: {@code offset + step · byte}.
 *
 * @param offset the number that is byte 0, finite
 * @param step from one byte to the next, finite and above 0
 */
public record ByteScale(float offset, float step) {
  /** The greatest byte. */
  static final int GREATEST = 255;
  /** The byte is the number. */
  static final ByteScale IDENTITY = new ByteScale(0, 1);

  /** @throws IllegalArgumentException if one of them is out of range */
  public ByteScale {
    if (!Float.isFinite(offset) || !(step > 0 && step < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a scale has the offset " + offset + " and the step " + step
              + "; expected a finite offset and a finite step above 0");
    }
  }

  /**
   * Returns the nearest byte, the even one of two, within 0 and 255; 0 for what is not a number.
   *
   * @return 0 to 255
   */
  public int toByte(float number) {
    double steps = StrictMath.rint(((double) number - offset) / step);
    // a number that is none stays one through both, and its cast is 0
    return (int) Math.max(0, Math.min(GREATEST, steps));
  }
}

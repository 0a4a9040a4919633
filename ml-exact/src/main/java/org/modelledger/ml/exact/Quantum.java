package org.modelledger.ml.exact;

/**
 * The units in which gradients and hessians are whole numbers, so that their sums are the same in any order,
 * and what is left of a sum after one of its parts is exact. A gradient is a multiple of a power of two that
 * lets the sum over all rows stay below 2^62. Hessian and number of rows share a {@code long}: the number in
 * the upper bits, which are as many as it takes, the hessian's multiple in the lower ones.
 */
final class Quantum {
  private static final int SUM_BITS = 62;
  private static final int MAX_EXPONENT = 1000;

  private final int hessianBits;
  private final double gradientScale;
  private final double gradientUnit;
  private final double hessianScale;
  private final double hessianUnit;

  /**
   * @param rows how many are added up at most
   * @param greatest no gradient is further from 0; hessians are from 0 to 1
   */
  Quantum(int rows, double greatest) {
    int rowBits = Integer.SIZE - Integer.numberOfLeadingZeros(rows);
    int exponent = Math.max(-MAX_EXPONENT,
        Math.min(MAX_EXPONENT, SUM_BITS - rowBits - exponentAbove(greatest)));
    this.hessianBits = Long.SIZE - 1 - rowBits;
    this.gradientScale = power(exponent);
    this.gradientUnit = power(-exponent);
    this.hessianScale = power(hessianBits - rowBits);
    this.hessianUnit = power(rowBits - hessianBits);
  }

  /** Returns an e for which 2^e is greater than a number from 0. */
  private static int exponentAbove(double number) {
    return (int) (Double.doubleToLongBits(number) >>> 52) - 1022;
  }

  private static double power(int exponent) {
    return Double.longBitsToDouble(exponent + 1023L << 52);
  }

  /** Returns a gradient in whole units, rounded to the nearest. */
  long gradient(double gradient) {
    double scaled = gradient * gradientScale;
    return (long) (scaled + (scaled < 0 ? -0.5 : 0.5));
  }

  /** Returns one row with a hessian, in whole units from 1. */
  long hessian(double hessian) {
    return 1L << hessianBits | Math.max(1, (long) (hessian * hessianScale + 0.5));
  }

  double gradientOf(long sum) {
    return sum * gradientUnit;
  }

  double hessianOf(long sum) {
    return (sum & (1L << hessianBits) - 1) * hessianUnit;
  }

  int rowsOf(long sum) {
    return (int) (sum >>> hessianBits);
  }
}

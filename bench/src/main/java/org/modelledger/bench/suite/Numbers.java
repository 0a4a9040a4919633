package org.modelledger.bench.suite;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers and units as a page has them. */
final class Numbers {
  private static final int DIGITS = 3;

  private Numbers() {}

  /** Returns three digits, or all before the point; a dash for what is not known. */
  static String format(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    if (value == 0) {
      return "0";
    }
    int before = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
    return String.format(Locale.ROOT, "%,." + Math.max(0, DIGITS - before) + "f", value);
  }

  /** Returns a number at an axis, short. */
  static String tick(double value) {
    double size = Math.abs(value);
    if (size >= 1e9) {
      return plain(value / 1e9) + "G";
    }
    if (size >= 1e6) {
      return plain(value / 1e6) + "M";
    }
    return size >= 1e4 ? plain(value / 1e3) + "k" : plain(value);
  }

  private static String plain(double value) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS)).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }

  /** Returns JMH's unit in words. */
  static String unit(String jmh) {
    int slash = jmh.indexOf('/');
    if (slash < 0) {
      return jmh;
    }
    String above = jmh.substring(0, slash);
    String below = jmh.substring(slash + 1);
    return (above.equals("ops") ? "operations" : time(above)) + " per "
        + (below.equals("op") ? "operation" : below.equals("s") ? "second" : time(below));
  }

  /** Returns JMH's unit, short. */
  static String shortUnit(String jmh) {
    return jmh.replace("us/", "µs/").replace("ops/s", "1/s").replace("/op", "");
  }

  private static String time(String unit) {
    return unit.equals("us") ? "µs" : unit;
  }
}

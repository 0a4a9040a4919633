package org.modelledger.tables;

import java.util.Arrays;

/**
 * A column of numbers as it was learned. Every step is one that ONNX has too, in float64, so that Java and a
 * graph compute the same bits.
 *
 * @param low what is below becomes this; minus infinity if nothing does
 * @param high what is above becomes this; infinity if nothing does
 * @param fill what stands for a missing number; NaN if nothing does
 * @param offset subtracted, 0 if nothing is
 * @param divisor divided by then, 1 if nothing is
 */
record NumberColumn(Field field, ColumnSteps steps, double low, double high, double fill,
    double offset,
    double divisor) {

  static NumberColumn fit(Column column, ColumnSteps steps) {
    Field field = column.field();
    if (steps.encoding != ColumnSteps.Encoding.NONE || steps.filling == ColumnSteps.Filling.TEXT) {
      throw new IllegalArgumentException("column '" + field.name() + "' has type " + field.type()
          + " and the steps '" + steps + "', which do not go together; expected steps for numbers");
    }
    double[] values = present(column);
    double low = Double.NEGATIVE_INFINITY;
    double high = Double.POSITIVE_INFINITY;
    if (steps.clipping == ColumnSteps.Clipping.BOUNDS) {
      low = steps.low;
      high = steps.high;
    } else if (steps.clipping == ColumnSteps.Clipping.QUANTILES) {
      double[] sorted = sorted(values, field, "the quantiles");
      low = quantile(sorted, steps.low);
      high = quantile(sorted, steps.high);
    }
    NumberColumn clipped = new NumberColumn(field, steps, low, high, Double.NaN, 0, 1);
    for (int i = 0; i < values.length; i++) {
      values[i] = clipped.apply(values[i]);
    }
    double fill = switch (steps.filling) {
      case NONE, TEXT -> Double.NaN;
      case NUMBER -> steps.number;
      case MEAN -> mean(values, field);
      case MEDIAN -> quantile(sorted(values, field, "the median"), 0.5);
      case MOST_FREQUENT -> mostFrequent(sorted(values, field, "the most frequent number"));
    };
    if (!Double.isNaN(fill) && values.length < column.size()) {
      int seen = values.length;
      values = Arrays.copyOf(values, column.size());
      Arrays.fill(values, seen, values.length, fill);
    }
    return scaled(new NumberColumn(field, steps, low, high, fill, 0, 1), values);
  }

  private static NumberColumn scaled(NumberColumn column, double[] values) {
    double offset;
    double divisor;
    switch (column.steps.scaling) {
      case STANDARDIZE -> {
        offset = mean(values, column.field);
        divisor = deviation(values, offset);
      }
      case MIN_MAX -> {
        double[] sorted = sorted(values, column.field, "the least and the greatest number");
        offset = sorted[0];
        divisor = sorted[sorted.length - 1] - sorted[0];
      }
      default -> {
        offset = 0;
        divisor = 1;
      }
    }
    if (!Double.isFinite(divisor)) {
      throw new TableException("column '" + column.field.name()
          + "' has numbers too far apart to be scaled in FP64; expected smaller ones, or clipping");
    }
    return new NumberColumn(column.field, column.steps, column.low, column.high, column.fill,
        offset,
        divisor == 0 ? 1 : divisor);
  }

  private static double[] present(Column column) {
    double[] values = new double[column.size()];
    int count = 0;
    for (int row = 0; row < values.length; row++) {
      if (!column.isMissing(row)) {
        values[count++] = RawColumns.number(column, row);
      }
    }
    return Arrays.copyOf(values, count);
  }

  private static double[] sorted(double[] values, Field field, String what) {
    requireSome(values, field, what);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  private static void requireSome(double[] values, Field field, String what) {
    if (values.length == 0) {
      throw new TableException(
          "column '" + field.name() + "' has no number in the training rows to learn "
              + what + " from; expected at least 1");
    }
  }

  private static double quantile(double[] sorted, double fraction) {
    double place = fraction * (sorted.length - 1);
    int below = (int) place;
    double part = place - below;
    if (part == 0) {
      return sorted[below];
    }
    // this way no sum of two large numbers overflows
    return sorted[below] * (1 - part) + sorted[below + 1] * part;
  }

  private static double mostFrequent(double[] sorted) {
    double best = sorted[0];
    int most = 0;
    for (int from = 0; from < sorted.length;) {
      int to = from;
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      if (to - from > most) {
        most = to - from;
        best = sorted[from];
      }
      from = to;
    }
    return best;
  }

  private static double mean(double[] values, Field field) {
    requireSome(values, field, "the mean");
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    if (!Double.isFinite(mean)) {
      throw new TableException("column '" + field.name()
          + "' has numbers too large for their sum in FP64; expected smaller ones, or clipping");
    }
    return mean;
  }

  private static double deviation(double[] values, double mean) {
    double sum = 0;
    for (double value : values) {
      double distance = value - mean;
      sum += distance * distance;
    }
    return Math.sqrt(sum / values.length);
  }

  /** Returns what becomes of a number. */
  double apply(double value) {
    double bounded = value < low ? low : value;
    bounded = bounded > high ? high : bounded;
    double filled = Double.isNaN(bounded) ? fill : bounded;
    return (filled - offset) / divisor;
  }

  boolean isClipped() {
    return low != Double.NEGATIVE_INFINITY;
  }

  boolean isFilled() {
    return !Double.isNaN(fill);
  }

  boolean isScaled() {
    return offset != 0 || divisor != 1;
  }

  @Override
  public String toString() {
    return field.name() + ": " + (isClipped() ? "clipped to " + low + " to " + high + ", " : "")
        + (isFilled() ? "missing is " + fill + ", " : "")
        + (isScaled() ? "(x - " + offset + ") / " + divisor : "x");
  }
}

package org.modelledger.bench.suite;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis: linear from 0, or logarithmic where what is shown spans much.
 *
 * @param logarithmic which
 * @param low where it begins
 * @param high where it ends
 * @param ticks between these
 */
record Scale(boolean logarithmic, double low, double high, List<Double> ticks) {
  private static final double MUCH = 20;
  private static final double[] STEPS = {1, 2, 5, 10};
  private static final int LINEAR_TICKS = 5;
  private static final int FEW_DECADES = 3;

  Scale {
    ticks = List.copyOf(ticks);
  }

  /** Returns an axis for values that are all finite; at least one of them is positive, none negative. */
  static Scale of(double least, double most) {
    return least > 0 && most / least >= MUCH ? logarithmic(least, most) : linear(0, most);
  }

  /** Returns a linear axis that has both. */
  static Scale linear(double least, double most) {
    double span = most > least ? most - least : Math.max(1, Math.abs(most));
    double power = Math.pow(10, Math.floor(Math.log10(span / LINEAR_TICKS)));
    double step = power;
    for (double each : STEPS) {
      step = each * power;
      if (span / step <= LINEAR_TICKS) {
        break;
      }
    }
    long first = (long) Math.floor(least / step + 1e-9);
    long last = Math.max(first + 1, (long) Math.ceil(most / step - 1e-9));
    List<Double> ticks = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return new Scale(false, first * step, last * step, ticks);
  }

  /** Returns a logarithmic axis that has both, which are positive. */
  static Scale logarithmic(double least, double most) {
    int first = (int) Math.floor(Math.log10(least) + 1e-9);
    int last = Math.max(first + 1, (int) Math.ceil(Math.log10(most) - 1e-9));
    double low = Math.pow(10, first);
    double high = Math.pow(10, last);
    List<Double> ticks = new ArrayList<>();
    boolean few = last - first <= FEW_DECADES;
    if (few) { // no more of the first and the last decade than is needed
      low *= least >= 5 * low ? 5 : least >= 2 * low ? 2 : 1;
      high /= most <= high / 5 ? 5 : most <= high / 2 ? 2 : 1;
    }
    for (int decade = first; decade <= last; decade++) {
      for (double step : few ? new double[]{1, 2, 5} : new double[]{1}) {
        double tick = step * Math.pow(10, decade);
        if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
          ticks.add(tick);
        }
      }
    }
    return new Scale(true, low, high, ticks);
  }

  /** Returns an axis with a tick for each of the values, which are positive and sorted. */
  static Scale ofAll(List<Double> values) {
    double low = values.get(0);
    double high = values.get(values.size() - 1);
    boolean logarithmic = low > 0 && high / low >= MUCH;
    return new Scale(logarithmic, low, high, values);
  }

  /** Returns where a value lies, from 0 at the beginning to 1 at the end; what is outside lies at an end. */
  double place(double value) {
    if (high <= low) {
      return 0.5;
    }
    double place = logarithmic
        ? value <= 0 ? 0 : Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
    return Math.clamp(place, 0, 1);
  }
}

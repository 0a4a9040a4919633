package org.modelledger.bench.soak;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The straight line through what was measured, by least squares. Its first quarter is left out: code is
 * still being compiled and buffers are still being made then.
 *
 * @param mean of the values
 * @param perMinute the slope
 * @param change what the slope makes of the time that was looked at
 */
record Trend(double mean, double perMinute, double change) {
  private static final double FLAT = 0.05;

  static Trend of(List<SoakSample> samples, ToDoubleFunction<SoakSample> value) {
    double[][] points = samples.subList(samples.size() / 4, samples.size())
        .stream()
        .map(sample -> new double[]{sample.seconds(), value.applyAsDouble(sample)})
        .filter(point -> !Double.isNaN(point[1]))
        .toArray(double[][]::new);
    double meanX = 0;
    double meanY = 0;
    for (double[] point : points) {
      meanX += point[0] / points.length;
      meanY += point[1] / points.length;
    }
    double covariance = 0;
    double variance = 0;
    for (double[] point : points) {
      covariance += (point[0] - meanX) * (point[1] - meanY);
      variance += (point[0] - meanX) * (point[0] - meanX);
    }
    if (points.length < 3 || variance == 0) {
      return new Trend(points.length == 0 ? Double.NaN : meanY, Double.NaN, Double.NaN);
    }
    double slope = covariance / variance;
    return new Trend(meanY, slope * 60, slope * (points[points.length - 1][0] - points[0][0]));
  }

  boolean isFlat() {
    return Math.abs(change) <= FLAT * Math.abs(mean);
  }

  String describe(String unit) {
    if (Double.isNaN(mean)) {
      return "not measured";
    }
    if (Double.isNaN(change)) {
      return String.format(Locale.ROOT, "%,.1f %s; too few samples for a slope", mean, unit);
    }
    return String.format(Locale.ROOT, "%s: %,.1f %s on average, %+,.2f %s a minute", isFlat()
        ? "flat (the line through it changes by less than 5 %)"
        : change > 0 ? "RISES" : "falls", mean, unit, perMinute, unit);
  }
}

package org.modelledger.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;

/** Draws how what was measured changed from epoch to epoch, each with its own line. */
final class CurveDrawing {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 240;
  private static final int LEFT = 64;
  private static final int RIGHT = 150;
  private static final int TOP = 14;
  private static final int BOTTOM = 34;
  private static final int LABEL = 15;

  private final NavigableMap<String, NavigableMap<Long, Double>> curves;
  private final double low;
  private final double high;
  private final long first;
  private final long last;

  CurveDrawing(NavigableMap<String, NavigableMap<Long, Double>> curves) {
    this.curves = curves;
    List<Double> values = new ArrayList<>();
    curves.values().forEach(curve -> values.addAll(curve.values()));
    double least = values.stream().mapToDouble(value -> value).min().orElse(0);
    double most = values.stream().mapToDouble(value -> value).max().orElse(1);
    this.low = Math.min(0, least);
    this.high = most > low ? most : low + 1;
    this.first = curves.values().stream().mapToLong(NavigableMap::firstKey).min().orElse(0);
    this.last = curves.values().stream().mapToLong(NavigableMap::lastKey).max().orElse(1);
  }

  void draw(Html html) {
    var unused = html.open("div", "class", "wide")
        .open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "width", "" + WIDTH, "height",
            "" + HEIGHT, "role", "img", "aria-label", "Training curve");
    for (int i = 0; i <= 4; i++) {
      double value = low + (high - low) * i / 4;
      unused = html
          .leaf("path", "class", "grid", "d",
              "M" + LEFT + " " + number(y(value)) + " H" + (WIDTH - RIGHT))
          .element("text", ReportPage.number(value), "class", "axis end", "x", "" + (LEFT - 8), "y",
              number(y(value) + 4));
    }
    unused = html.element("text", "epoch " + first, "class", "axis", "x", "" + LEFT, "y",
        "" + (HEIGHT - 10));
    if (last > first) {
      unused = html.element("text", "" + last, "class", "axis end", "x", "" + (WIDTH - RIGHT), "y",
          "" + (HEIGHT - 10));
    }
    lines(html);
    unused = html.close().close();
  }

  private void lines(Html html) {
    List<Double> labels = new ArrayList<>();
    int colour = 0;
    for (Map.Entry<String, NavigableMap<Long, Double>> curve : curves.entrySet()) {
      StringBuilder path = new StringBuilder();
      curve.getValue()
          .forEach((epoch, value) -> path.append(path.isEmpty() ? "M" : " L")
              .append(number(x(epoch)))
              .append(' ')
              .append(number(y(value))));
      double at = free(y(curve.getValue().sequencedValues().getLast()), labels);
      var unused = html.leaf("path", "class", "curve c" + colour % 4, "d", path.toString())
          .element("text", curve.getKey(), "class", "label c" + colour % 4, "x",
              "" + (WIDTH - RIGHT + 8), "y", number(at + 4));
      colour++;
    }
  }

  /** Moves a label down until it is on no other. */
  private static double free(double wanted, List<Double> taken) {
    double at = wanted;
    boolean moved = true;
    while (moved) {
      moved = false;
      for (double other : taken) {
        if (Math.abs(other - at) < LABEL) {
          at = other + LABEL;
          moved = true;
        }
      }
    }
    taken.add(at);
    return at;
  }

  private double x(long epoch) {
    return last == first
        ? LEFT
        : LEFT + (double) (epoch - first) / (last - first) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}

package org.modelledger.bench.suite;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A line for each series, with an interval at each of its points, over a parameter that is a number. */
final class LineChart {
  private static final int LEFT = 70;
  private static final int RIGHT = 210;
  private static final int TOP = 12;
  private static final int HEIGHT = 260;
  private static final int BOTTOM = 46;
  private static final int LEGEND_ROW = 20;

  /**
   * One series.
   *
   * @param label what the legend calls it
   * @param style how it looks
   * @param marks by the parameter's value
   */
  record Line(String label, Style style, SortedMap<Double, Mark> marks) {}

  private LineChart() {}

  /** Draws one; the axes' texts have their units. */
  static void draw(Markup out, String title, String xAxis, String yAxis, List<Line> lines) {
    TreeSet<Double> values = lines.stream()
        .flatMap(line -> line.marks().keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
    Scale across = Scale.ofAll(List.copyOf(values));
    List<Mark> marks = lines.stream().flatMap(line -> line.marks().values().stream()).toList();
    Scale up = Scale.of(marks.stream().mapToDouble(Mark::least).min().orElse(0),
        marks.stream().mapToDouble(Mark::most).max().orElse(1));
    int legend = lines.size() * LEGEND_ROW;
    int bottom = TOP + Math.max(HEIGHT, legend);
    Svg.open(out, title, bottom + BOTTOM);
    for (double tick : up.ticks()) {
      double y = y(up, tick, bottom);
      Svg.line(out, "grid", LEFT, y, Svg.WIDTH - RIGHT, y);
      Svg.text(out, "tick up", LEFT - 6, y + 4, Numbers.tick(tick));
    }
    for (double tick : across.ticks()) {
      Svg.line(out, "grid", x(across, tick), TOP, x(across, tick), bottom);
      Svg.text(out, "tick", x(across, tick), bottom + 16, Numbers.tick(tick));
    }
    Svg.text(out, "axis", (LEFT + Svg.WIDTH - RIGHT) / 2.0, bottom + 36,
        xAxis + (across.logarithmic() ? ", logarithmic" : ""));
    double middle = (TOP + bottom) / 2.0;
    out.element("text", yAxis + (up.logarithmic() ? ", logarithmic" : ""), "class", "axis",
        "transform", "translate(14 " + Svg.at(middle) + ") rotate(-90)");
    for (int i = 0; i < lines.size(); i++) {
      line(out, lines.get(i), across, up, bottom);
      double y = TOP + (i + 0.5) * LEGEND_ROW;
      Svg.shape(out, lines.get(i).style(), Svg.WIDTH - RIGHT + 22, y, lines.get(i).label());
      Svg.text(out, "legend", Svg.WIDTH - RIGHT + 34, y + 4, lines.get(i).label());
    }
    out.close().line();
  }

  private static void line(Markup out, Line line, Scale across, Scale up, int bottom) {
    out.empty("polyline", "class", "line " + line.style().css(), "points", line.marks()
        .entrySet()
        .stream()
        .map(point -> Svg.at(x(across, point.getKey())) + ","
            + Svg.at(y(up, point.getValue().value(), bottom)))
        .collect(Collectors.joining(" ")));
    line.marks().forEach((parameter, mark) -> {
      double x = x(across, parameter);
      if (mark.hasInterval()) {
        Svg.interval(out, line.style(), true, y(up, mark.low(), bottom),
            y(up, mark.high(), bottom), x);
      }
      Svg.shape(out, line.style(), x, y(up, mark.value(), bottom), line.label() + " at "
          + Numbers.tick(parameter) + ": " + Numbers.format(mark.value()));
    });
  }

  private static double x(Scale scale, double value) {
    return LEFT + scale.place(value) * (Svg.WIDTH - RIGHT - LEFT);
  }

  private static double y(Scale scale, double value, int bottom) {
    return bottom - scale.place(value) * (bottom - TOP);
  }
}

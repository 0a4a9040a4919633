package org.modelledger.bench.suite;

import java.util.List;

/**
 * A dot for each row, with its interval, along one axis. Dots, not bars, since a bar says nothing on a
 * logarithmic axis.
 */
final class DotChart {
  private static final int ROW = 24;
  private static final int LEFT = 330;
  private static final int RIGHT = 24;
  private static final int TOP = 8;
  private static final int BOTTOM = 46;

  /**
   * One row.
   *
   * @param label what stands before it
   * @param mark where its dot is
   * @param style how it looks
   */
  record Dot(String label, Mark mark, Style style) {}

  private DotChart() {}

  /**
   * Draws one.
   *
   * @param axis what the axis shows, with its unit
   * @param one draw a line at 1, which is that of the peer
   */
  static void draw(Markup out, String title, String axis, List<Dot> dots, Scale scale,
      boolean one) {
    int bottom = TOP + dots.size() * ROW;
    Svg.open(out, title, bottom + BOTTOM);
    for (double tick : scale.ticks()) {
      Svg.line(out, "grid", x(scale, tick), TOP, x(scale, tick), bottom);
      Svg.text(out, "tick", x(scale, tick), bottom + 16, Numbers.tick(tick));
    }
    if (one) {
      Svg.line(out, "one", x(scale, 1), TOP, x(scale, 1), bottom);
    }
    Svg.text(out, "axis", (LEFT + Svg.WIDTH - RIGHT) / 2.0, bottom + 36,
        axis + (scale.logarithmic() ? ", logarithmic" : ""));
    for (int i = 0; i < dots.size(); i++) {
      Dot dot = dots.get(i);
      double y = TOP + (i + 0.5) * ROW;
      Svg.text(out, "label", LEFT - 10, y + 4, dot.label());
      if (dot.mark().hasInterval()) {
        Svg.interval(out, dot.style(), false, x(scale, dot.mark().low()),
            x(scale, dot.mark().high()), y);
      }
      Svg.shape(out, dot.style(), x(scale, dot.mark().value()), y,
          dot.label() + ": " + Numbers.format(dot.mark().value()));
    }
    out.close().line();
  }

  private static double x(Scale scale, double value) {
    return LEFT + scale.place(value) * (Svg.WIDTH - RIGHT - LEFT);
  }
}

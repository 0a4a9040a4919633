package org.modelledger.bench.suite;

import java.util.Locale;

/** What all charts have in common. */
final class Svg {
  static final int WIDTH = 760;

  private Svg() {}

  /** Begins a chart, with a title for those who do not see it. */
  static void open(Markup out, String title, int height) {
    out.open("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", "0 0 " + WIDTH + " " + height,
        "role", "img").element("title", title);
  }

  static String at(double pixel) {
    return String.format(Locale.ROOT, "%.1f", pixel);
  }

  static void line(Markup out, String css, double x1, double y1, double x2, double y2) {
    out.empty("line", "class", css, "x1", at(x1), "y1", at(y1), "x2", at(x2), "y2", at(y2));
  }

  static void text(Markup out, String css, double x, double y, String text) {
    out.element("text", text, "class", css, "x", at(x), "y", at(y));
  }

  /** Draws one of several shapes around a point, so that colour is not all that tells series apart. */
  static void shape(Markup out, Style style, double x, double y, String tip) {
    double r = 4;
    String css = "mark " + style.css();
    switch (style.shape()) {
      case 0 -> out.open("circle", "class", css, "cx", at(x), "cy", at(y), "r", at(r));
      case 1 -> out.open("rect", "class", css, "x", at(x - r), "y", at(y - r), "width", at(2 * r),
          "height", at(2 * r));
      case 2 -> out.open("path", "class", css, "d", "M" + at(x) + " " + at(y - r - 1) + "L"
          + at(x + r + 1) + " " + at(y + r) + "L" + at(x - r - 1) + " " + at(y + r) + "Z");
      default -> out.open("path", "class", css, "d", "M" + at(x) + " " + at(y - r - 1) + "L"
          + at(x + r + 1) + " " + at(y) + "L" + at(x) + " " + at(y + r + 1) + "L" + at(x - r - 1)
          + " " + at(y) + "Z");
    }
    out.element("title", tip).close();
  }

  /** Draws an interval along the x-axis, or along the y-axis, with a short line at each end. */
  static void interval(Markup out, Style style, boolean upright, double from, double to,
      double across) {
    String css = "bar " + style.css();
    double cap = 4;
    if (upright) {
      line(out, css, across, from, across, to);
      line(out, css, across - cap, from, across + cap, from);
      line(out, css, across - cap, to, across + cap, to);
    } else {
      line(out, css, from, across, to, across);
      line(out, css, from, across - cap, from, across + cap);
      line(out, css, to, across - cap, to, across + cap);
    }
  }
}

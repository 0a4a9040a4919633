package org.modelledger.bench.suite;

/**
 * What a series looks like.
 *
 * @param colour from 0; that of raw ones is 0
 * @param shape of its marks, so that colour is not all that tells series apart
 */
record Style(int colour, int shape) {
  private static final int SHAPES = 4;

  static Style raw(int index) {
    return new Style(0, index % SHAPES);
  }

  static Style ours(int index) {
    return new Style(1 + index % (Palette.COLOURS - 1), (index + 1) % SHAPES);
  }

  String css() {
    return "s" + colour;
  }
}

package org.modelledger.largemodels;

import java.util.Arrays;

/** Draws digits, black on white, without the fonts of a desktop. */
final class Digits {
  /** Five columns and seven rows each. */
  private static final String[][] GLYPHS = {
      {" ### ", "#   #", "#  ##", "# # #", "##  #", "#   #", " ### "},
      {"  #  ", " ##  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "},
      {" ### ", "#   #", "    #", "   # ", "  #  ", " #   ", "#####"},
      {"#####", "   # ", "  #  ", "   # ", "    #", "#   #", " ### "},
      {"   # ", "  ## ", " # # ", "#  # ", "#####", "   # ", "   # "},
      {"#####", "#    ", "#### ", "    #", "    #", "#   #", " ### "},
      {"  ## ", " #   ", "#    ", "#### ", "#   #", "#   #", " ### "},
      {"#####", "    #", "   # ", "  #  ", " #   ", " #   ", " #   "},
      {" ### ", "#   #", "#   #", " ### ", "#   #", "#   #", " ### "},
      {" ### ", "#   #", "#   #", " ####", "    #", "   # ", " ##  "}};
  private static final int SCALE = 4;

  private Digits() {}

  /**
   * Returns an image of three equal channels, from -1 for black to 1 for white, with the digits in the middle of its height.
   */
  static float[] write(String digits, int height, int width) {
    float[] plane = new float[height * width];
    Arrays.fill(plane, 1);
    int top = (height - 7 * SCALE) / 2;
    for (int i = 0; i < digits.length(); i++) {
      String[] glyph = GLYPHS[digits.charAt(i) - '0'];
      int left = 12 + i * 7 * SCALE;
      for (int row = 0; row < 7 * SCALE; row++) {
        for (int column = 0; column < 5 * SCALE; column++) {
          if (glyph[row / SCALE].charAt(column / SCALE) == '#') {
            plane[(top + row) * width + left + column] = -1;
          }
        }
      }
    }
    float[] image = new float[3 * plane.length];
    float[] soft = smooth(plane, height, width);
    for (int channel = 0; channel < 3; channel++) {
      System.arraycopy(soft, 0, image, channel * plane.length, plane.length);
    }
    return image;
  }

  /** Each pixel as the mean of itself and its neighbours: steps become slopes, as in a photograph. */
  private static float[] smooth(float[] plane, int height, int width) {
    float[] soft = plane.clone();
    for (int row = 1; row < height - 1; row++) {
      for (int column = 1; column < width - 1; column++) {
        float sum = 0;
        for (int i = -1; i <= 1; i++) {
          for (int j = -1; j <= 1; j++) {
            sum += plane[(row + i) * width + column + j];
          }
        }
        soft[row * width + column] = sum / 9;
      }
    }
    return soft;
  }
}

package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.Objects;

/**
 * A convolution of an {@link IntegerNetwork}, and the maximum of two by two after it. It is a hidden layer from what a
 * window sees – channel by channel, row by row, from left to right – to one value for each filter, applied around every
 * byte of each channel, so the size stays; then, where there is more than one row and column, the greatest of two by two,
 * the odd last ones left out.
 *
 * @param filters the hidden layer
 * @param kernel the side of the window, odd, 1 to 15
 */
public record IntegerStage(IntegerLayer filters, int kernel) {
  /** The greatest side of a window. */
  public static final int MAX_KERNEL = 15;

  /** @throws IllegalArgumentException if the layer is a last one, or the side out of range */
  public IntegerStage {
    Objects.requireNonNull(filters, "filters");
    if (filters.isLast() || kernel < 1 || kernel > MAX_KERNEL || kernel % 2 == 0) {
      throw new IllegalArgumentException("a stage of " + filters + " and a window of " + kernel
          + "; expected a hidden layer, and an odd number from 1 to " + MAX_KERNEL);
    }
  }

  /** Returns what comes out of an image, channel by channel. */
  int[] run(Stage stage, int padding, int[] image) {
    int[] made = new int[stage.filters() * stage.outArea()];
    int[] window = new int[stage.products()];
    for (int y = 0; y < stage.height(); y++) {
      for (int x = 0; x < stage.width(); x++) {
        int row = stage.pools() ? y / 2 : y;
        int column = stage.pools() ? x / 2 : x;
        if (row < stage.outHeight() && column < stage.outWidth()) {
          see(stage, padding, image, y, x, window);
          int[] values = filters.sums(window);
          filters.scale(values);
          for (int m = 0; m < values.length; m++) {
            int at = (m * stage.outHeight() + row) * stage.outWidth() + column;
            made[at] = Math.max(made[at], values[m]);
          }
        }
      }
    }
    return made;
  }

  private static void see(Stage stage, int padding, int[] image, int y, int x, int[] window) {
    Arrays.fill(window, padding);
    int reach = stage.kernel() / 2;
    int left = Math.max(0, x - reach);
    int right = Math.min(stage.width() - 1, x + reach);
    for (int c = 0; c < stage.channels(); c++) {
      for (int dy = -reach; dy <= reach; dy++) {
        if (y + dy >= 0 && y + dy < stage.height()) {
          int from = (c * stage.height() + y + dy) * stage.width();
          int into = (c * stage.kernel() + dy + reach) * stage.kernel() - x + reach;
          System.arraycopy(image, from + left, window, into + left, right - left + 1);
        }
      }
    }
  }
}

package org.modelledger.ml.exact;

/**
 * One stage of a convolutional network: a convolution that keeps the size of the image, batch normalization,
 * an activation and, where there is more than one row and column, the maximum of two by two.
 *
 * @param kernel the side of the window, odd
 */
record Stage(int channels, int height, int width, int filters, int kernel) {

  boolean pools() {
    return height > 1 && width > 1;
  }

  int outHeight() {
    return pools() ? height / 2 : height;
  }

  int outWidth() {
    return pools() ? width / 2 : width;
  }

  /** Returns how many numbers an image has in each channel. */
  int area() {
    return height * width;
  }

  int outArea() {
    return outHeight() * outWidth();
  }

  /** Returns how many numbers a window sees: channel by channel, row by row, from left to right. */
  int products() {
    return channels * kernel * kernel;
  }

  /**
   * Writes what every window sees into a column of its own.
   *
   * @param images an array for each channel, image after image, row after row
   * @param count of images
   */
  <A> void unroll(Kernels<A> kernels, A[] images, int count, A[] into) {
    for (int k = 0; k < into.length; k++) {
      int across = across(k);
      int first = first(across);
      int last = last(across);
      for (int row = 0; row < count * height; row++) {
        int at = row * width;
        if (!inside(row, k)) {
          kernels.fill(into[k], at, at + width, 0);
          continue;
        }
        kernels.fill(into[k], at, at + first, 0);
        kernels.gather(images[k / kernel / kernel], at + down(k) * width + across + first, 1,
            into[k], at + first, last - first);
        kernels.fill(into[k], at + last, at + width, 0);
      }
    }
  }

  /** Adds each number of such columns to where it was seen, number by number of the window. */
  <A> void roll(Kernels<A> kernels, A[] columns, int count, A[] images) {
    for (int k = 0; k < columns.length; k++) {
      int across = across(k);
      int first = first(across);
      int last = last(across);
      for (int row = 0; row < count * height; row++) {
        if (inside(row, k)) {
          int at = row * width;
          kernels.addRange(columns[k], at + first, images[k / kernel / kernel],
              at + down(k) * width + across + first, last - first);
        }
      }
    }
  }

  private int down(int k) {
    return k / kernel % kernel - kernel / 2;
  }

  private int across(int k) {
    return k % kernel - kernel / 2;
  }

  private boolean inside(int row, int k) {
    int seen = row % height + down(k);
    return seen >= 0 && seen < height;
  }

  private int first(int across) {
    return Math.min(width, Math.max(0, -across));
  }

  private int last(int across) {
    return Math.max(first(across), Math.min(width, width - across));
  }
}

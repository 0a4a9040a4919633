package org.modelledger.ml.exact;

/**
 * What the bytes of an {@link IntegerNetwork}'s input are, if it has convolutions: channel by channel, row by row, from
 * left to right.
 *
 * @param padding the byte that is taken to be around the image, 0 to 255: the one that stands for 0
 */
public record IntegerImage(int channels, int height, int width, int padding) {

  /** @throws IllegalArgumentException if a number is out of range */
  public IntegerImage {
    long bytes = Math.max(channels, 0L) * Math.max(height, 0) * Math.max(width, 0);
    if (channels < 1 || height < 1 || width < 1 || channels > IntegerLayer.MAX_WIDTH
        || height > IntegerLayer.MAX_WIDTH || bytes > IntegerLayer.MAX_WIDTH || padding < 0
        || padding > ByteScale.GREATEST) {
      throw new IllegalArgumentException("an image of " + channels + " channels, " + height
          + " rows and " + width + " columns in " + padding + "; expected 1 to "
          + IntegerLayer.MAX_WIDTH + " bytes, and 0 to " + ByteScale.GREATEST);
    }
  }

  /** Returns how many bytes it has. */
  public int bytes() {
    return channels * height * width;
  }
}

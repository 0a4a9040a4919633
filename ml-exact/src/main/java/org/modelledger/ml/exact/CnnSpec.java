package org.modelledger.ml.exact;

/**
 * Specifies a small convolutional network: for each entry of {@link #filters} a convolution that keeps the
 * size of the image, batch normalization, an activation and the maximum of two by two; then dense layers.
 *
 * <p>Each part of a batch, of 16 rows or a sixteenth of it, is normalized by itself. In the saved graph the
 * normalization is folded into the convolutions.
 */
public final class CnnSpec extends ClassifierSpec<CnnSpec> {

  /**
   * Begins a specification.
   *
   * @param features the column to learn from: rows [channels, height, width], [height, width], or of any
   *     shape with {@link #image}
   * @param target the column to predict, whole numbers from 0
   */
  public CnnSpec(String features, String target) {
    super(Settings.CNN, features, target);
  }

  @Override
  CnnSpec self() {
    return this;
  }

  /** Says what image the numbers of a row are: channel by channel, row by row, from left to right. */
  public CnnSpec image(int channels, int height, int width) {
    return set("image", channels + "," + height + "," + width);
  }

  /** Sets how many filters each stage has, from the input on, each from 1; 16 and 32 if not set. */
  public CnnSpec filters(int... counts) {
    return set("filters", counts);
  }

  /** Sets the side of the filters' windows, odd, from 1 to 15; 3 if not set. */
  public CnnSpec kernel(int side) {
    return set("kernel", side);
  }

  /** Sets the widths of the hidden dense layers, each from 1, or none; one of 64 if not set. */
  public CnnSpec hidden(int... widths) {
    return set("hidden", widths);
  }

  /** Puts the hyperbolic tangent after each stage and hidden layer. */
  public CnnSpec tanh() {
    return set("activation", "tanh");
  }

  /** Puts max(x, 0) after each stage and hidden layer, which is what happens if nothing is set. */
  public CnnSpec relu() {
    return set("activation", "relu");
  }
}

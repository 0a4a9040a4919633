package org.modelledger.ml.exact;

/** Specifies a multi-layer perceptron. */
public final class MlpSpec extends ClassifierSpec<MlpSpec> {

  /**
   * Begins a specification.
   *
   * @param features the column to learn from, rows of numbers
   * @param target the column to predict, whole numbers from 0
   */
  public MlpSpec(String features, String target) {
    super(Settings.MLP, features, target);
  }

  @Override
  MlpSpec self() {
    return this;
  }

  /** Sets the widths of the hidden layers, from the input on, each from 1; one of 64 if not set. */
  public MlpSpec hidden(int... widths) {
    return set("hidden", widths);
  }

  /** Puts the hyperbolic tangent after each hidden layer. */
  public MlpSpec tanh() {
    return set("activation", "tanh");
  }

  /** Puts max(x, 0) after each hidden layer, which is what happens if nothing is set. */
  public MlpSpec relu() {
    return set("activation", "relu");
  }
}

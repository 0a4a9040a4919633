package org.modelledger.ml.exact;

/** Specifies a softmax regression, also called multinomial logistic regression. */
public final class SoftmaxSpec extends ClassifierSpec<SoftmaxSpec> {

  /**
   * Begins a specification.
   *
   * @param features the column to learn from, rows of numbers
   * @param target the column to predict, whole numbers from 0
   */
  public SoftmaxSpec(String features, String target) {
    super(Settings.SOFTMAX_REGRESSION, features, target);
  }

  @Override
  SoftmaxSpec self() {
    return this;
  }
}

package org.modelledger.ml.exact;

/**
 * Specifies a linear regression by least squares: ordinary, ridge (L2), lasso (L1) or elastic net (both). The loss
 * of a row is half the squared distance.
 */
public final class LinearRegressionSpec extends LinearSpec<LinearRegressionSpec> {

  /**
   * Begins a specification.
   *
   * @param features the column to learn from, rows of numbers
   * @param target the column to predict, finite numbers
   */
  public LinearRegressionSpec(String features, String target) {
    super(LinearSettings.LINEAR_REGRESSION, features, target);
  }

  @Override
  LinearRegressionSpec self() {
    return this;
  }
}

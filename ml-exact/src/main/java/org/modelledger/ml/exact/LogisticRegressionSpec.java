package org.modelledger.ml.exact;

/**
 * Specifies a logistic regression: binary with two classes, multinomial with more. The loss of a row is the
 * cross-entropy of its label, in nats.
 */
public final class LogisticRegressionSpec extends LinearSpec<LogisticRegressionSpec> {

  /**
   * Begins a specification.
   *
   * @param features the column to learn from, rows of numbers
   * @param target the column to predict, whole numbers from 0
   */
  public LogisticRegressionSpec(String features, String target) {
    super(LinearSettings.LOGISTIC_REGRESSION, features, target);
  }

  @Override
  LogisticRegressionSpec self() {
    return this;
  }

  /** Sets how many labels there are, from 2; one more than the greatest if not set. */
  public LogisticRegressionSpec classes(int classes) {
    return set("classes", classes);
  }
}

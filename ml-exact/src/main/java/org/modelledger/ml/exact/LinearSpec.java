package org.modelledger.ml.exact;

/**
 * What the specifications of linear and logistic regressions have in common. Not for use by several threads at
 * once.
 *
 * <p>What is minimised is the mean loss over the rows plus {@code l1}·Σ|w| + {@code l2}/2·Σw² over the weights,
 * not the intercepts. Values are checked when a training begins, so that text and this say the same.
 *
 * @param <S> the specification itself
 */
public abstract sealed class LinearSpec<S extends LinearSpec<S>> extends ExactSpec<S>
    permits LinearRegressionSpec, LogisticRegressionSpec {
  LinearSpec(String algorithm, String features, String target) {
    super(algorithm, features, target);
  }

  /** Sets what each weight's absolute value costs, from 0; 0 if not set. Makes weights that are exactly 0. */
  public final S l1(double weight) {
    return set("l1", weight);
  }

  /** Sets what half of each weight's square costs, from 0; 0 if not set. */
  public final S l2(double weight) {
    return set("l2", weight);
  }

  /**
   * Subtracts each feature's mean and divides by its deviation, in training and in the saved graph; the penalties
   * are then on the weights of these.
   */
  public final S standardize() {
    return set("standardize", "true");
  }

  /**
   * Sets when it is good enough: when no derivative is further from an optimum's than this, with features – and,
   * in a linear regression, targets – in units of their deviation; from 1e-14 to 1, 1e-8 if not set.
   */
  public final S tolerance(double derivative) {
    return set("tolerance", derivative);
  }

  /** Sets after how many steps to stop in any case, from 1; 100 if not set. */
  public final S maxIterations(int steps) {
    return set("maxIterations", steps);
  }
}

package org.modelledger.ml.exact;

/**
 * Specifies a clustering by k-means. Not for use by several threads at once.
 *
 * <p>Values are checked when a training begins, so that text and this say the same.
 */
public final class KMeansSpec extends ExactSpec<KMeansSpec> {

  /**
   * Begins a specification. There is nothing to predict: the target is the features' column.
   *
   * @param features the column to learn from, rows of numbers
   */
  public KMeansSpec(String features) {
    super(KMeansSettings.K_MEANS, features, features);
  }

  @Override
  KMeansSpec self() {
    return this;
  }

  /** Sets what all random choices are derived from; 0 if not set. */
  public KMeansSpec seed(long seed) {
    return derivedFrom(seed);
  }

  /** Sets how many clusters there are, from 1; 8 if not set. */
  public KMeansSpec clusters(int clusters) {
    return set("clusters", clusters);
  }

  /** Sets how often to begin anew, from 1; the best is kept, of equals the first. 1 if not set. */
  public KMeansSpec restarts(int times) {
    return set("restarts", times);
  }

  /** Sets after how many iterations a start ends in any case, from 1; 300 if not set. */
  public KMeansSpec maxIterations(int iterations) {
    return set("maxIterations", iterations);
  }

  /** Subtracts each feature's mean and divides by its deviation, in training and in the saved graph. */
  public KMeansSpec standardize() {
    return set("standardize", "true");
  }
}

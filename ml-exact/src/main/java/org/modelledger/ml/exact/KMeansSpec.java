package org.modelledger.ml.exact;

import org.modelledger.training.TrainingSpec;

/**
 * Specifies a clustering by k-means. Not for use by several threads at once.
 *
 * <p>Values are checked when a training begins, so that text and this say the same.
 */
public final class KMeansSpec {
  private final TrainingSpec.Builder spec;

  /**
   * Begins a specification. There is nothing to predict: the target is the features' column.
   *
   * @param features the column to learn from, rows of numbers
   */
  public KMeansSpec(String features) {
    this.spec = TrainingSpec.builder(KMeansSettings.K_MEANS).features(features).target(features);
  }

  /** Sets what all random choices are derived from; 0 if not set. */
  public KMeansSpec seed(long seed) {
    spec.seed(seed);
    return this;
  }

  /** Sets how many clusters there are, from 1; 8 if not set. */
  public KMeansSpec clusters(int clusters) {
    spec.parameter("clusters", clusters);
    return this;
  }

  /** Sets how often to begin anew, from 1; the best is kept, of equals the first. 1 if not set. */
  public KMeansSpec restarts(int times) {
    spec.parameter("restarts", times);
    return this;
  }

  /** Sets after how many iterations a start ends in any case, from 1; 300 if not set. */
  public KMeansSpec maxIterations(int iterations) {
    spec.parameter("maxIterations", iterations);
    return this;
  }

  /** Subtracts each feature's mean and divides by its deviation, in training and in the saved graph. */
  public KMeansSpec standardize() {
    spec.parameter("standardize", "true");
    return this;
  }

  /** Returns the specification. */
  public TrainingSpec toTrainingSpec() {
    return spec.build();
  }
}

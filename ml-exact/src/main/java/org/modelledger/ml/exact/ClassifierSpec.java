package org.modelledger.ml.exact;

/**
 * What the specifications of all classifiers have in common. Not for use by several threads at once.
 *
 * <p>Values are checked when a training begins, so that text and this say the same.
 *
 * @param <S> the specification itself
 */
public abstract sealed class ClassifierSpec<S extends ClassifierSpec<S>> extends ExactSpec<S>
    permits CnnSpec, MlpSpec, SoftmaxSpec {
  ClassifierSpec(String algorithm, String features, String target) {
    super(algorithm, features, target);
  }

  /** Sets what all random choices are derived from; 0 if not set. */
  public final S seed(long seed) {
    return derivedFrom(seed);
  }

  /** Computes in float32, which is what happens if nothing is set. */
  public final S float32() {
    return set("precision", "float32");
  }

  /** Computes in float64. */
  public final S float64() {
    return set("precision", "float64");
  }

  /** Sets how often to go through the data at most, from 1; 20 if not set. */
  public final S epochs(int epochs) {
    return set("epochs", epochs);
  }

  /** Sets after how many rows to take a step, from 1; 32 if not set. */
  public final S batchSize(int rows) {
    return set("batchSize", rows);
  }

  /** Uses Adam with this learning rate; this with 0.001 is what happens if nothing is set. */
  public final S adam(double learningRate) {
    return set("optimizer", "adam").set("learningRate", learningRate);
  }

  /** Uses stochastic gradient descent; momentum is from 0 up to but without 1. */
  public final S sgd(double learningRate, double momentum) {
    return set("optimizer", "sgd").set("learningRate", learningRate).set("momentum", momentum);
  }

  /** Sets what the learning rate is multiplied by after each epoch, above 0 up to 1; 1 if not set. */
  public final S learningRateDecay(double factor) {
    return set("learningRateDecay", factor);
  }

  /** Sets by which share of the learning rate weights, not biases, shrink with each step; 0 if not set. */
  public final S weightDecay(double share) {
    return set("weightDecay", share);
  }

  /** Sets what every input is multiplied by, in training and in the saved graph; 1 if not set. */
  public final S inputScale(double factor) {
    return set("inputScale", factor);
  }

  /** Subtracts each feature's mean and divides by its deviation, in training and in the saved graph. */
  public final S standardize() {
    return set("standardize", "true");
  }

  /** Sets how many labels there are, from 2; one more than the greatest if not set. */
  public final S classes(int classes) {
    return set("classes", classes);
  }

  /** Measures by a share of the rows, drawn at random, which are then not learned from. */
  public final S validationFraction(double share) {
    return set("validationFraction", share);
  }

  /**
   * Stops when the validation loss has not fallen for so many epochs, and keeps what it was lowest
   * with; 0, which is what happens if nothing is set, goes on to the end.
   */
  public final S patience(int epochs) {
    return set("patience", epochs);
  }
}

package org.modelledger.ml.exact;

/** Specifies gradient-boosted trees. One of the objectives has to be chosen. */
public final class GradientBoostingSpec extends TreeSpec<GradientBoostingSpec> {

  /**
   * Begins a specification.
   *
   * @param features the column to learn from, rows of numbers
   * @param target the column to predict
   */
  public GradientBoostingSpec(String features, String target) {
    super(BoostingSettings.NAME, features, target);
  }

  @Override
  GradientBoostingSpec self() {
    return this;
  }

  /** Predicts numbers, so that the mean squared error is small. */
  public GradientBoostingSpec squaredError() {
    return set("objective", BoostingSettings.SQUARED_ERROR);
  }

  /** Tells the labels 0 and 1 apart. */
  public GradientBoostingSpec logistic() {
    return set("objective", BoostingSettings.LOGISTIC);
  }

  /** Tells labels from 0 apart. */
  public GradientBoostingSpec softmax() {
    return set("objective", BoostingSettings.SOFTMAX);
  }

  /** Tells so many labels apart, from 2. */
  public GradientBoostingSpec softmax(int classes) {
    return softmax().set("classes", classes);
  }

  /** Sets how many rounds to go at most, with a tree each, or one for each label; 100 if not set. */
  public GradientBoostingSpec rounds(int rounds) {
    return set("rounds", rounds);
  }

  /** Sets by which share of its best output a leaf is moved, above 0; 0.1 if not set. */
  public GradientBoostingSpec learningRate(double share) {
    return set("learningRate", share);
  }

  /** Sets how many leaves a tree has at most, from 2; 31 if not set. */
  public GradientBoostingSpec numLeaves(int leaves) {
    return set("numLeaves", leaves);
  }

  /** Sets what the hessians of a leaf add up to at least, from 0; 0.001 if not set. */
  public GradientBoostingSpec minChildWeight(double hessians) {
    return set("minChildWeight", hessians);
  }

  /** Sets what the absolute output of a leaf is weighed with, from 0; 0 if not set. */
  public GradientBoostingSpec lambdaL1(double weight) {
    return set("lambdaL1", weight);
  }

  /** Sets what half the squared output of a leaf is weighed with, from 0; 0 if not set. */
  public GradientBoostingSpec lambdaL2(double weight) {
    return set("lambdaL2", weight);
  }

  /** Sets what the gain of a split has to exceed, from 0; 0 if not set. */
  public GradientBoostingSpec minSplitGain(double gain) {
    return set("minSplitGain", gain);
  }

  /** Learns each round from a share of the rows, drawn at random, above 0 up to 1; 1 if not set. */
  public GradientBoostingSpec subsample(double share) {
    return set("subsample", share);
  }

  /** Splits each round by a share of the features, drawn at random, above 0 up to 1; 1 if not set. */
  public GradientBoostingSpec featureFraction(double share) {
    return set("featureFraction", share);
  }

  /**
   * Sets for each feature whether the prediction – with labels 0 and 1 the probability of 1, with more of them
   * the score of each – may only rise with it, 1, only fall, -1, or do both, 0.
   */
  public GradientBoostingSpec monotone(int... directions) {
    return set("monotone", directions);
  }

  /** Measures by a share of the rows, drawn at random, which are then not learned from. */
  public GradientBoostingSpec validationFraction(double share) {
    return set("validationFraction", share);
  }

  /**
   * Stops when the validation loss has not fallen for so many rounds, and keeps the rounds up to where it was
   * lowest; 0, which is what happens if nothing is set, goes on to the end and keeps all.
   */
  public GradientBoostingSpec patience(int rounds) {
    return set("patience", rounds);
  }
}

package org.modelledger.ml.exact;

/** Specifies a random forest. One of the criteria has to be chosen. */
public final class RandomForestSpec extends TreeSpec<RandomForestSpec> {

  /**
   * Begins a specification.
   *
   * @param features the column to learn from, rows of numbers
   * @param target the column to predict
   */
  public RandomForestSpec(String features, String target) {
    super(ForestSettings.NAME, features, target);
  }

  @Override
  RandomForestSpec self() {
    return this;
  }

  /** Tells labels from 0 apart; splits make Gini's index low. */
  public RandomForestSpec gini() {
    return set("criterion", ForestSettings.GINI);
  }

  /** Tells so many labels apart, from 2. */
  public RandomForestSpec gini(int classes) {
    return gini().set("classes", classes);
  }

  /** Predicts numbers; splits make their variance low. */
  public RandomForestSpec squaredError() {
    return set("criterion", ForestSettings.SQUARED_ERROR);
  }

  /** Sets how many trees there are; 100 if not set. */
  public RandomForestSpec trees(int trees) {
    return set("trees", trees);
  }

  /**
   * Sets how many features, drawn at random, a node chooses from; if not set, as many as the square root of
   * their number for labels, and a third for numbers.
   */
  public RandomForestSpec maxFeatures(int features) {
    return set("maxFeatures", features);
  }

  /** Sets whether each tree has rows drawn with repetition, which is so if nothing is set, or all of them. */
  public RandomForestSpec bootstrap(boolean drawn) {
    return set("bootstrap", Boolean.toString(drawn));
  }
}

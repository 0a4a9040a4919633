package org.modelledger.ml.exact;

import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.Hyperparameters;
import org.modelledger.training.TrainingSpec;

/**
 * A specification of a random forest, understood: every hyper-parameter, checked, with its default.
 *
 * @param classifies whether targets are labels, and splits are judged by Gini's index; otherwise they are
 *     numbers, and splits are judged by their variance
 * @param maxFeatures how many features a node may choose from, or 0 for what is usual
 */
record ForestSettings(boolean classifies, int classes, int trees, int maxDepth, int minSamplesLeaf,
    int maxFeatures, boolean bootstrap, TreeInputs inputs) {

  static final String NAME = "random-forest";
  static final String GINI = "gini";
  static final String SQUARED_ERROR = "squared-error";

  private static final int MAX_TREES = 1 << 16;

  /** @throws ConfigurationException if a hyper-parameter is unknown or out of range */
  static ForestSettings of(TrainingSpec spec) {
    Hyperparameters values = Hyperparameters.of(spec);
    String criterion = values.choice("criterion", "", GINI, SQUARED_ERROR);
    boolean classifies = criterion.equals(GINI);
    ForestSettings settings = new ForestSettings(classifies,
        classifies ? TreeInputs.classes(values) : 0, values.whole("trees", 100, 1, MAX_TREES),
        values.whole("maxDepth", 0, 0, BoostingSettings.MAX_LEAVES),
        values.whole("minSamplesLeaf", 1, 1, Integer.MAX_VALUE),
        values.whole("maxFeatures", 0, 0, Integer.MAX_VALUE), values.flag("bootstrap", true),
        TreeInputs.of(values));
    values.requireKnown("algorithm " + NAME + " with criterion " + criterion);
    return settings;
  }

  /** Returns how many of so many features a node may choose from: Breiman 2001, "Random Forests". */
  int choice(int features) {
    if (maxFeatures != 0) {
      return Math.min(maxFeatures, features);
    }
    return Math.max(1, classifies ? (int) Math.sqrt(features) : features / 3);
  }
}

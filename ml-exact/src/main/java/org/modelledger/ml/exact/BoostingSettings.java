package org.modelledger.ml.exact;

import java.util.List;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.Hyperparameters;
import org.modelledger.training.TrainingSpec;

/** A specification of gradient boosting, understood: every hyper-parameter, checked, with its default. */
record BoostingSettings(String objective, int classes, int rounds, double learningRate,
    int numLeaves, int maxDepth, SplitRules rules, double subsample, double featureFraction,
    TreeInputs inputs, double validationFraction, int patience) {

  static final String NAME = "gradient-boosting";
  static final String SQUARED_ERROR = "squared-error";
  static final String LOGISTIC = "logistic";
  static final String SOFTMAX = "softmax";

  static final int MAX_LEAVES = 1 << 16;
  static final int MAX_TREES = 1_000_000;

  /** @throws ConfigurationException if a hyper-parameter is unknown or out of range */
  static BoostingSettings of(TrainingSpec spec) {
    Hyperparameters values = Hyperparameters.of(spec);
    String objective = values.choice("objective", "", SQUARED_ERROR, LOGISTIC, SOFTMAX);
    TreeInputs inputs = TreeInputs.of(values);
    List<Integer> monotone = values.wholes("monotone", "", -1, 1);
    BoostingSettings settings = new BoostingSettings(objective,
        objective.equals(SOFTMAX) ? TreeInputs.classes(values) : 2,
        values.whole("rounds", 100, 1, MAX_TREES),
        values.number("learningRate", 0.1, Double.MIN_NORMAL, 1e6),
        values.whole("numLeaves", 31, 2, MAX_LEAVES), values.whole("maxDepth", 0, 0, MAX_LEAVES),
        new SplitRules(values.number("lambdaL1", 0, 0, 1e300),
            values.number("lambdaL2", 0, 0, 1e300), values.number("minSplitGain", 0, 0, 1e300),
            values.whole("minSamplesLeaf", 20, 1, Integer.MAX_VALUE),
            values.number("minChildWeight", 1e-3, 0, 1e300),
            values.number("catSmooth", 10, 0, 1e300), values.number("catL2", 10, 0, 1e300),
            values.whole("maxCatThreshold", 32, 1, FeatureBins.MAX), monotone),
        values.number("subsample", 1, Double.MIN_NORMAL, 1),
        values.number("featureFraction", 1, Double.MIN_NORMAL, 1), inputs,
        values.number("validationFraction", 0, 0, Math.nextDown(1.0)),
        values.whole("patience", 0, 0, MAX_TREES));
    values.requireKnown("algorithm " + NAME + " with objective " + objective);
    for (int feature : inputs.categorical()) {
      if (settings.rules.monotone(feature) != 0) {
        throw Hyperparameters.wrong("monotone", values.text("monotone", ""),
            "0 for feature " + feature + ", which is categorical");
      }
    }
    return settings;
  }

  boolean classifies() {
    return !objective.equals(SQUARED_ERROR);
  }

  /** @param labels how many there are, if it is a matter of labels */
  Objective toObjective(int labels) {
    return switch (objective) {
      case SQUARED_ERROR -> new Objective.SquaredError();
      case LOGISTIC -> new Objective.Logistic();
      default -> new Objective.Softmax(labels);
    };
  }
}

package org.modelledger.ml.exact;

import org.modelledger.spi.Hyperparameters;
import org.modelledger.training.TrainingSpec;

/**
 * The specification of a linear or logistic regression, understood.
 *
 * @param l1 times the sum of the weights' absolute values
 * @param l2 times half the sum of their squares
 * @param tolerance how far the derivatives may be from those of an optimum, see {@link ProximalNewton}
 * @param classes how many labels there are; 0 if the data say so
 */
record LinearSettings(double l1, double l2, boolean standardize, double tolerance,
    int maxIterations, int classes) {
  static final String LINEAR_REGRESSION = "linear-regression";
  static final String LOGISTIC_REGRESSION = "logistic-regression";

  private static final int MAX_CLASSES = 1 << 12;
  private static final double MAX_PENALTY = 1e12;

  /** @throws org.modelledger.spi.ConfigurationException if a hyper-parameter is unknown or out of range */
  static LinearSettings of(TrainingSpec spec) {
    Hyperparameters values = Hyperparameters.of(spec);
    boolean logistic = spec.algorithm().equals(LOGISTIC_REGRESSION);
    LinearSettings settings = new LinearSettings(values.number("l1", 0, 0, MAX_PENALTY),
        values.number("l2", 0, 0, MAX_PENALTY), values.flag("standardize", false),
        values.number("tolerance", 1e-8, 1e-14, 1),
        values.whole("maxIterations", 100, 1, 1_000_000),
        logistic ? values.whole("classes", 0, 0, MAX_CLASSES) : 0);
    values.requireKnown("algorithm " + spec.algorithm());
    if (settings.classes == 1) {
      throw Hyperparameters.wrong("classes", "1",
          "2 to " + MAX_CLASSES + ", or nothing to have one more than the greatest label");
    }
    return settings;
  }
}

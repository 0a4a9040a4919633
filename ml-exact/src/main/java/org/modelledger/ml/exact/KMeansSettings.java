package org.modelledger.ml.exact;

import org.modelledger.spi.Hyperparameters;
import org.modelledger.training.TrainingSpec;

/** The specification of k-means, understood. */
record KMeansSettings(int clusters, int restarts, int maxIterations, boolean standardize) {
  static final String K_MEANS = "k-means";

  /** @throws org.modelledger.spi.ConfigurationException if a hyper-parameter is unknown or out of range */
  static KMeansSettings of(TrainingSpec spec) {
    Hyperparameters values = Hyperparameters.of(spec);
    KMeansSettings settings = new KMeansSettings(values.whole("clusters", 8, 1, 1 << 16),
        values.whole("restarts", 1, 1, 10_000), values.whole("maxIterations", 300, 1, 100_000),
        values.flag("standardize", false));
    values.requireKnown("algorithm " + spec.algorithm());
    return settings;
  }
}

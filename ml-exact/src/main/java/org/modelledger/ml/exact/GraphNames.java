package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.TrainingSpec;

/** Which names the values of a saved graph have, beside the features' column. */
final class GraphNames {
  private GraphNames() {}

  /**
   * Checks the columns of a specification against the names that the saved graph uses.
   *
   * @throws ConfigurationException if the features' column has one of them, or is the target, too
   */
  static void check(TrainingSpec spec, String... outputs) {
    checkFeatures(spec, outputs);
    if (spec.features().equals(spec.target())) {
      throw new ConfigurationException("column '" + spec.features()
          + "' is both features and target; expected two columns");
    }
  }

  /** The same where there is nothing to predict. */
  static void checkFeatures(TrainingSpec spec, String... outputs) {
    String features = spec.features();
    if (features.isEmpty() || Arrays.asList(outputs).contains(features)
        || features.startsWith(ClassifierGraph.INSIDE)) {
      String taken = Arrays.stream(outputs)
          .map(name -> ", '" + name + "'")
          .collect(Collectors.joining());
      throw new ConfigurationException("the features' column is '" + features
          + "'; expected another name than ''" + taken + " and '" + ClassifierGraph.INSIDE
          + "…', which the saved graph uses itself");
    }
  }
}

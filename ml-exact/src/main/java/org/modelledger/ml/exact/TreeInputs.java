package org.modelledger.ml.exact;

import java.util.List;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.Hyperparameters;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/**
 * How trees read their features.
 *
 * @param maxBins how many bins with values a feature has at most
 * @param missing whether NaN stands for a missing value
 * @param categorical the features whose numbers are names
 */
record TreeInputs(int maxBins, boolean missing, List<Integer> categorical) {
  private static final int MAX_CLASSES = 1 << 16;

  static TreeInputs of(Hyperparameters values) {
    return new TreeInputs(values.whole("maxBins", FeatureBins.MAX, 2, FeatureBins.MAX),
        values.choice("missing", "refuse", "refuse", "nan").equals("nan"),
        values.wholes("categorical", "", 0, 1 << 16));
  }

  /** Returns how many labels there are, or 0 for one more than the greatest. */
  static int classes(Hyperparameters values) {
    int classes = values.whole("classes", 0, 0, MAX_CLASSES);
    if (classes == 1) {
      throw Hyperparameters.wrong("classes", "1",
          "2 to " + MAX_CLASSES + ", or nothing to have one more than the greatest label");
    }
    return classes;
  }

  /** @throws ConfigurationException if the columns' names do not go together or are those of outputs */
  static void checkColumns(TrainingSpec spec) {
    String features = spec.features();
    if (features.isEmpty() || TreeGraph.NAMES.contains(features)) {
      throw new ConfigurationException("the features' column is '" + features
          + "'; expected another name than '' and " + TreeGraph.NAMES
          + ", which the saved graph uses itself");
    }
    if (features.equals(spec.target())) {
      throw new ConfigurationException(
          "column '" + features + "' is both features and target; expected two columns");
    }
  }

  /** Says of each feature whether it is categorical. */
  boolean[] categoricalOf(int features) {
    boolean[] is = new boolean[features];
    for (int feature : categorical) {
      if (feature >= features) {
        throw new ConfigurationException("hyper-parameter 'categorical' has feature " + feature
            + ", but the training data has " + features + " features, numbered from 0");
      }
      is[feature] = true;
    }
    return is;
  }

  /**
   * Returns how many labels a model tells apart.
   *
   * @param classes as many as are asked for, or 0
   */
  static int labels(FeatureTable table, int classes, TrainingSpec spec) {
    if (classes != 0) {
      return classes;
    }
    int labels = 0;
    for (int r = 0; r < table.rows(); r++) {
      labels = Math.max(labels, (int) table.target(r) + 1);
    }
    if (labels < 2) {
      throw new TrainingException("the training data: column '" + spec.target()
          + "' has no label but 0; expected at least two labels, or the hyper-parameter 'classes'");
    }
    return labels;
  }
}

package org.modelledger.ml.exact;

import java.util.List;
import java.util.Optional;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.Hyperparameters;
import org.modelledger.training.TrainingSpec;

/** A training specification, understood: every hyper-parameter, checked, with its default. */
record Settings(boolean float64, List<Integer> hidden, Network.Activation activation,
    Optimizer optimizer, int epochs,
    int batchSize, double learningRate, double learningRateDecay, double weightDecay,
    double validationFraction,
    int patience, double inputScale, boolean standardize, int classes, Optional<Images> images) {

  static final String SOFTMAX_REGRESSION = "softmax-regression";
  static final String MLP = "mlp";
  static final String CNN = "cnn";

  private static final int MAX_WIDTH = 1 << 16;

  /** How gradients become steps. */
  sealed interface Optimizer {
    /** @param momentum 0 up to but without 1 */
    record Sgd(double momentum) implements Optimizer {}

    /** @param beta1 and beta2 0 up to but without 1; epsilon above 0 */
    record Adam(double beta1, double beta2, double epsilon) implements Optimizer {}
  }

  /** @throws ConfigurationException if the algorithm or a hyper-parameter is unknown or out of range */
  static Settings of(TrainingSpec spec) {
    boolean mlp = spec.algorithm().equals(MLP);
    boolean cnn = spec.algorithm().equals(CNN);
    if (!mlp && !cnn && !spec.algorithm().equals(SOFTMAX_REGRESSION)) {
      throw new ConfigurationException(
          "unknown algorithm '" + spec.algorithm() + "'; known algorithms: ["
              + CNN + ", " + SOFTMAX_REGRESSION + ", " + MLP + "]");
    }
    Hyperparameters values = Hyperparameters.of(spec);
    boolean adam = values.choice("optimizer", "adam", "adam", "sgd").equals("adam");
    Optimizer optimizer = adam
        ? new Optimizer.Adam(values.number("beta1", 0.9, 0, below(1)),
            values.number("beta2", 0.999, 0, below(1)), values.number("epsilon", 1e-8, 1e-30, 1))
        : new Optimizer.Sgd(values.number("momentum", 0.9, 0, below(1)));
    Settings settings = new Settings(
        values.choice("precision", "float32", "float32", "float64").equals("float64"),
        cnn ? values.wholes("hidden", "64", 1, MAX_WIDTH) : mlp ? hidden(values) : List.of(),
        (!mlp && !cnn) || values.choice("activation", "relu", "relu", "tanh").equals("relu")
            ? Network.Activation.RELU
            : Network.Activation.TANH,
        optimizer, values.whole("epochs", 20, 1, 1_000_000),
        values.whole("batchSize", 32, 1, 1 << 20),
        values.number("learningRate", adam ? 0.001 : 0.1, Double.MIN_NORMAL, 1e6),
        values.number("learningRateDecay", 1, 1e-6, 1), values.number("weightDecay", 0, 0, 1e6),
        values.number("validationFraction", 0, 0, below(1)),
        values.whole("patience", 0, 0, 1_000_000), values.number("inputScale", 1, -1e30, 1e30),
        values.flag("standardize", false), values.whole("classes", 0, 0, MAX_WIDTH),
        cnn ? Optional.of(Images.of(values)) : Optional.empty());
    values.requireKnown("algorithm " + spec.algorithm() + " with optimizer "
        + (adam ? "adam" : "sgd"));
    if (settings.classes == 1) {
      throw Hyperparameters.wrong("classes", "1",
          "2 to " + MAX_WIDTH + ", or nothing to have one more than the greatest label");
    }
    if (settings.inputScale == 0) {
      throw Hyperparameters.wrong("inputScale", values.text("inputScale", ""),
          "a number other than 0");
    }
    return settings;
  }

  private static double below(double limit) {
    return Math.nextDown(limit);
  }

  private static List<Integer> hidden(Hyperparameters values) {
    List<Integer> hidden = values.wholes("hidden", "64", 1, MAX_WIDTH);
    if (hidden.isEmpty()) {
      throw Hyperparameters.wrong("hidden", values.text("hidden", ""),
          "widths from 1 to " + MAX_WIDTH + " joined by commas, such as 128,64");
    }
    return hidden;
  }
}

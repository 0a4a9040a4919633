package org.modelledger.ml.djl;

import java.util.List;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.Hyperparameters;
import org.modelledger.training.TrainingSpec;

/** A training specification, understood but for the network, which depends on the data. */
record Settings(String algorithm, Hyperparameters values, Optimizer optimizer, Schedule schedule,
    int epochs, int batchSize, double weightDecay, double validationFraction, int patience,
    double inputScale, int classes) {
  static final String TORCHSCRIPT = "torchscript";

  private static final List<String> ALGORITHMS = List.of(Architecture.MLP, Architecture.CNN,
      Architecture.RESNET, Architecture.TRANSFORMER, TORCHSCRIPT);

  /** How gradients become steps. */
  sealed interface Optimizer {
    /** @param momentum 0 up to but without 1 */
    record Sgd(double momentum) implements Optimizer {}

    /**
     * Kingma and Ba, Adam, 2015.
     *
     * @param decoupled whether weights decay by themselves (Loshchilov and Hutter, AdamW, 2019), or by their gradient
     */
    record Adam(double beta1, double beta2, double epsilon, boolean decoupled)
        implements
          Optimizer {}
  }

  /** @throws ConfigurationException if the algorithm or a hyper-parameter is unknown or out of range */
  static Settings of(TrainingSpec spec) {
    String algorithm = spec.algorithm();
    if (!ALGORITHMS.contains(algorithm)) {
      throw new ConfigurationException(
          "unknown algorithm '" + algorithm + "'; known algorithms: " + ALGORITHMS);
    }
    Hyperparameters values = Hyperparameters.of(spec);
    String optimizer = values.choice("optimizer", "adam", "adam", "adamw", "sgd");
    String schedule = values.choice("schedule", "fixed", "fixed", "step", "cosine");
    boolean torchScript = algorithm.equals(TORCHSCRIPT);
    boolean sgd = optimizer.equals("sgd");
    int epochs = values.whole("epochs", 20, 1, 1_000_000);
    double rate = values.number("learningRate", sgd ? 0.1 : 0.001, Double.MIN_NORMAL, 1e6);
    Settings settings = new Settings(algorithm, values,
        sgd
            ? new Optimizer.Sgd(values.number("momentum", 0.9, 0, below(1)))
            : new Optimizer.Adam(values.number("beta1", 0.9, 0, below(1)),
                values.number("beta2", 0.999, 0, below(1)),
                values.number("epsilon", 1e-8, 1e-30, 1), optimizer.equals("adamw")),
        Schedule.of(schedule, values, rate, epochs), epochs,
        values.whole("batchSize", 32, 1, 1 << 20), values.number("weightDecay", 0, 0, 1e6),
        values.number("validationFraction", 0, 0, below(1)),
        values.whole("patience", 0, 0, 1_000_000),
        torchScript ? 1 : values.number("inputScale", 1, -1e30, 1e30),
        values.whole("classes", 0, 0, Architecture.MAX_CLASSES));
    if (!torchScript) {
      // what these say can only be read once the data is known
      Architecture.names(algorithm).forEach(values::has);
    }
    values.requireKnown("algorithm " + algorithm + " with optimizer " + optimizer
        + " and schedule " + schedule);
    if (settings.classes == 1) {
      throw Hyperparameters.wrong("classes", "1", "2 to " + Architecture.MAX_CLASSES
          + ", or nothing to have one more than the greatest label");
    }
    if (settings.inputScale == 0) {
      throw Hyperparameters.wrong("inputScale", "0", "a number other than 0");
    }
    return settings;
  }

  private static double below(double limit) {
    return Math.nextDown(limit);
  }

  boolean isTorchScript() {
    return algorithm.equals(TORCHSCRIPT);
  }
}

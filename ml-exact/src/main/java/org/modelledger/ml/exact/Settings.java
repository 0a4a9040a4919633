package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.TrainingSpec;

/** A training specification, understood: every hyper-parameter, checked, with its default. */
record Settings(boolean float64, List<Integer> hidden, Network.Activation activation,
    Optimizer optimizer, int epochs,
    int batchSize, double learningRate, double learningRateDecay, double weightDecay,
    double validationFraction,
    int patience, double inputScale, boolean standardize, int classes) {

  static final String SOFTMAX_REGRESSION = "softmax-regression";
  static final String MLP = "mlp";

  private static final int MAX_WIDTH = 1 << 16;
  private static final List<String> COMMON = List.of("batchSize", "classes", "epochs", "inputScale",
      "learningRate",
      "learningRateDecay", "optimizer", "patience", "precision", "standardize",
      "validationFraction", "weightDecay");
  private static final List<String> OF_MLP = List.of("activation", "hidden");
  private static final List<String> OF_SGD = List.of("momentum");
  private static final List<String> OF_ADAM = List.of("beta1", "beta2", "epsilon");

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
    if (!mlp && !spec.algorithm().equals(SOFTMAX_REGRESSION)) {
      throw new ConfigurationException(
          "unknown algorithm '" + spec.algorithm() + "'; known algorithms: ["
              + SOFTMAX_REGRESSION + ", " + MLP + "]");
    }
    Map<String, String> values = spec.parameters();
    boolean adam = choice(values, "optimizer", "adam", "adam", "sgd").equals("adam");
    TreeSet<String> known = new TreeSet<>(COMMON);
    known.addAll(mlp ? OF_MLP : List.of());
    known.addAll(adam ? OF_ADAM : OF_SGD);
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new ConfigurationException(
            "unknown hyper-parameter '" + name + "'; known for algorithm "
                + spec.algorithm() + " with optimizer " + (adam ? "adam" : "sgd") + ": " + known);
      }
    }
    Optimizer optimizer = adam
        ? new Optimizer.Adam(number(values, "beta1", 0.9, 0, below(1)),
            number(values, "beta2", 0.999, 0, below(1)),
            number(values, "epsilon", 1e-8, 1e-30, 1))
        : new Optimizer.Sgd(number(values, "momentum", 0.9, 0, below(1)));
    Settings settings = new Settings(
        choice(values, "precision", "float32", "float32", "float64").equals("float64"),
        mlp ? widths(values.getOrDefault("hidden", "64")) : List.of(),
        choice(values, "activation", "relu", "relu", "tanh").equals("relu")
            ? Network.Activation.RELU
            : Network.Activation.TANH,
        optimizer, whole(values, "epochs", 20, 1, 1_000_000),
        whole(values, "batchSize", 32, 1, 1 << 20),
        number(values, "learningRate", adam ? 0.001 : 0.1, Double.MIN_NORMAL, 1e6),
        number(values, "learningRateDecay", 1, 1e-6, 1), number(values, "weightDecay", 0, 0, 1e6),
        number(values, "validationFraction", 0, 0, below(1)),
        whole(values, "patience", 0, 0, 1_000_000),
        number(values, "inputScale", 1, -1e30, 1e30),
        choice(values, "standardize", "false", "true", "false").equals("true"),
        whole(values, "classes", 0, 0, MAX_WIDTH));
    if (settings.classes == 1) {
      throw new ConfigurationException(
          "hyper-parameter 'classes' is '1'; expected 2 to " + MAX_WIDTH
              + ", or nothing to have one more than the greatest label");
    }
    if (settings.inputScale == 0) {
      throw new ConfigurationException(
          "hyper-parameter 'inputScale' is '" + values.get("inputScale")
              + "'; expected a number other than 0");
    }
    return settings;
  }

  private static double below(double limit) {
    return Math.nextDown(limit);
  }

  private static String choice(Map<String, String> values, String name, String absent,
      String... choices) {
    String value = values.getOrDefault(name, absent);
    if (!List.of(choices).contains(value)) {
      throw new ConfigurationException(wrong(name, value, "one of " + Arrays.toString(choices)));
    }
    return value;
  }

  private static double number(Map<String, String> values, String name, double absent, double min,
      double max) {
    String text = values.get(name);
    if (text == null) {
      return absent;
    }
    String expected = "a number from " + min + " to " + max;
    try {
      double value = Double.parseDouble(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new ConfigurationException(wrong(name, text, expected), e);
    }
    throw new ConfigurationException(wrong(name, text, expected));
  }

  private static int whole(Map<String, String> values, String name, int absent, int min, int max) {
    String text = values.get(name);
    if (text == null) {
      return absent;
    }
    String expected = "a whole number from " + min + " to " + max;
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new ConfigurationException(wrong(name, text, expected), e);
    }
    throw new ConfigurationException(wrong(name, text, expected));
  }

  private static List<Integer> widths(String text) {
    List<Integer> widths = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      try {
        widths.add(whole(Map.of("hidden", part.strip()), "hidden", 0, 1, MAX_WIDTH));
      } catch (ConfigurationException e) {
        throw new ConfigurationException(
            wrong("hidden", text,
                "widths from 1 to " + MAX_WIDTH + " joined by commas, such as 128,64"),
            e);
      }
    }
    return List.copyOf(widths);
  }

  private static String wrong(String name, String value, String expected) {
    return "hyper-parameter '" + name + "' is '" + value + "'; expected " + expected;
  }
}

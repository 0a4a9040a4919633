package org.modelledger.ml.tensorflow;

import java.util.List;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.Hyperparameters;
import org.modelledger.training.TrainingSpec;

/** A training specification, understood: every hyper-parameter, checked, with its default. */
record Settings(Algorithm algorithm, Optimizer optimizer, Schedule schedule, int epochs,
    int batchSize, double weightDecay, double validationFraction, int patience, double inputScale,
    boolean standardize, int classes) {

  static final List<String> ALGORITHMS = List.of("softmax-regression", "mlp", "cnn", "resnet");

  private static final int MAX_WIDTH = 1 << 16;
  private static final int MAX_EPOCHS = 1_000_000;

  /** What stands after a layer. */
  enum Activation {
    RELU, TANH
  }

  /** What is trained. */
  sealed interface Algorithm {
    /** One layer. */
    record Softmax() implements Algorithm {}

    /** Dense layers. */
    record Mlp(List<Integer> hidden, Activation activation) implements Algorithm {}

    /**
     * Convolutions, each halved by a maximum, then dense layers.
     *
     * @param image height, width and channels of a row; empty if the column's shape says so
     */
    record Cnn(List<Integer> image, List<Integer> filters, List<Integer> hidden,
        Activation activation) implements Algorithm {}

    /**
     * Residual blocks.
     *
     * @param filters of each stage; every stage but the first halves height and width
     */
    record ResNet(List<Integer> image, List<Integer> filters, int blocks) implements Algorithm {}
  }

  /** How gradients become steps; the framework's own. */
  sealed interface Optimizer {
    record Sgd() implements Optimizer {}

    record Momentum(double momentum, boolean nesterov) implements Optimizer {}

    record Adam(double beta1, double beta2, double epsilon) implements Optimizer {}

    record RmsProp(double rho, double momentum, double epsilon) implements Optimizer {}

    record AdaGrad(double initialAccumulator) implements Optimizer {}
  }

  /** @throws ConfigurationException if the algorithm or a hyper-parameter is unknown or out of range */
  static Settings of(TrainingSpec spec) {
    if (!ALGORITHMS.contains(spec.algorithm())) {
      throw new ConfigurationException("unknown algorithm '" + spec.algorithm()
          + "'; known algorithms: " + ALGORITHMS);
    }
    Hyperparameters of = Hyperparameters.of(spec);
    String optimizer = of.choice("optimizer", "adam", "adam", "sgd", "momentum", "rmsprop",
        "adagrad");
    Settings settings = new Settings(algorithm(spec.algorithm(), of), optimizer(optimizer, of),
        schedule(of, optimizer), of.whole("epochs", 20, 1, MAX_EPOCHS),
        of.whole("batchSize", 32, 1, 1 << 20), of.number("weightDecay", 0, 0, 1e6),
        of.number("validationFraction", 0, 0, below(1)), of.whole("patience", 0, 0, MAX_EPOCHS),
        of.number("inputScale", 1, -1e30, 1e30), of.flag("standardize", false),
        of.whole("classes", 0, 0, MAX_WIDTH));
    of.requireKnown("algorithm " + spec.algorithm() + " with optimizer " + optimizer
        + " and schedule " + of.text("schedule", "step"));
    if (settings.classes == 1) {
      throw Hyperparameters.wrong("classes", "1", "2 to " + MAX_WIDTH
          + ", or nothing to have one more than the greatest label");
    }
    if (settings.inputScale == 0) {
      throw Hyperparameters.wrong("inputScale", of.text("inputScale", ""),
          "a number other than 0");
    }
    if (settings.schedule.warmupEpochs() >= settings.epochs
        && settings.schedule.warmupEpochs() > 0) {
      throw Hyperparameters.wrong("warmupEpochs", of.text("warmupEpochs", ""),
          "less than the epochs, " + settings.epochs);
    }
    return settings;
  }

  private static Algorithm algorithm(String name, Hyperparameters of) {
    return switch (name) {
      case "mlp" -> new Algorithm.Mlp(someWidths(of, "hidden", "64"), activation(of));
      case "cnn" -> new Algorithm.Cnn(image(of), someWidths(of, "filters", "16,32"),
          of.wholes("hidden", "64", 1, MAX_WIDTH), activation(of));
      case "resnet" -> new Algorithm.ResNet(image(of), someWidths(of, "filters", "16,32"),
          of.whole("blocks", 1, 1, 64));
      default -> new Algorithm.Softmax();
    };
  }

  private static Activation activation(Hyperparameters of) {
    return of.choice("activation", "relu", "relu", "tanh").equals("relu")
        ? Activation.RELU
        : Activation.TANH;
  }

  private static List<Integer> someWidths(Hyperparameters of, String name, String absent) {
    List<Integer> widths = of.wholes(name, absent, 1, MAX_WIDTH);
    if (widths.isEmpty()) {
      throw Hyperparameters.wrong(name, of.text(name, absent),
          "at least one width, such as " + absent);
    }
    return widths;
  }

  private static List<Integer> image(Hyperparameters of) {
    List<Integer> image = of.wholes("image", "", 1, MAX_WIDTH);
    if (!image.isEmpty() && image.size() != 2 && image.size() != 3) {
      throw Hyperparameters.wrong("image", of.text("image", ""),
          "height and width, or height, width and channels, joined by commas, such as 8,8,1");
    }
    return image.size() == 2 ? List.of(image.get(0), image.get(1), 1) : image;
  }

  private static Optimizer optimizer(String name, Hyperparameters of) {
    return switch (name) {
      case "adam" -> new Optimizer.Adam(of.number("beta1", 0.9, 0, below(1)),
          of.number("beta2", 0.999, 0, below(1)), of.number("epsilon", 1e-8, 1e-30, 1));
      case "rmsprop" -> new Optimizer.RmsProp(of.number("rho", 0.9, 0, below(1)),
          of.number("momentum", 0, 0, below(1)), of.number("epsilon", 1e-10, 1e-30, 1));
      case "adagrad" -> new Optimizer.AdaGrad(of.number("initialAccumulator", 0.1, 1e-30, 1e6));
      case "momentum" -> new Optimizer.Momentum(of.number("momentum", 0.9, 0, below(1)),
          of.flag("nesterov", false));
      default -> new Optimizer.Sgd();
    };
  }

  private static Schedule schedule(Hyperparameters of, String optimizer) {
    double rate = of.number("learningRate", switch (optimizer) {
      case "adam", "rmsprop" -> 0.001;
      case "adagrad" -> 0.01;
      case "momentum" -> 0.05;
      default -> 0.1;
    }, Double.MIN_NORMAL, 1e6);
    int warmup = of.whole("warmupEpochs", 0, 0, MAX_EPOCHS);
    return switch (of.choice("schedule", "step", "fixed", "step", "cosine")) {
      case "step" -> new Schedule.Step(rate, warmup, of.number("learningRateDecay", 1, 1e-6, 1),
          of.whole("decayEpochs", 1, 1, MAX_EPOCHS));
      case "cosine" -> new Schedule.Cosine(rate, warmup,
          of.number("minLearningRate", 0, 0, rate));
      default -> new Schedule.Step(rate, warmup, 1, 1);
    };
  }

  private static double below(double limit) {
    return Math.nextDown(limit);
  }
}

package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Linear regressions by least squares and logistic regressions, solved rather than descended. */
final class LinearAlgorithm implements Algorithm {
  /** The matrix of second derivatives has the square of this many. */
  private static final int MAX_PARAMETERS = 1 << 12;

  @Override
  public Fit understand(TrainingSpec spec, boolean validated) {
    LinearSettings settings = LinearSettings.of(spec);
    boolean logistic = spec.algorithm().equals(LinearSettings.LOGISTIC_REGRESSION);
    if (logistic) {
      GraphNames.check(spec, ClassifierGraph.SCORES, ClassifierGraph.LABEL);
    } else {
      GraphNames.check(spec, ClassifierGraph.PREDICTION);
    }
    return job -> logistic
        ? classifier(Table.kernels(job.training(), spec.features()), settings, job)
        : regressor(Table.kernels(job.training(), spec.features()), settings, job);
  }

  private static <A> Outcome classifier(Kernels<A> kernels, LinearSettings settings, Job job)
      throws InterruptedException {
    TrainingSpec spec = job.spec();
    Table<A> table = Table.read(kernels, job.training(), spec, 0, settings.classes(),
        "the training data");
    int classes = table.classes(settings.classes(), spec.target());
    Fitted<A> fitted = new Fitted<>(kernels, settings, job, table.rows(), classes);
    Optional<Table<A>> measured = Optional.empty();
    if (job.validation().isPresent()) {
      measured = Optional.of(Table.read(kernels, job.validation().get(), spec, fitted.width,
          classes, "the validation data"));
    }
    ProximalNewton.Solution solution = fitted.solve(
        new LogisticLoss(job.team(), fitted.design, table.labels(), classes), 1);
    double[][] weights = fitted.weights(solution.theta);
    if (classes > 2) {
      // any number may be added to all of a row: what the penalty does not settle sums to 0
      centre(weights[fitted.width]);
      if (settings.l1() == 0 && settings.l2() == 0) {
        Arrays.stream(weights).forEach(LinearAlgorithm::centre);
      }
    }
    Network<A> network = fitted.network(weights, classes);
    SortedMap<String, Double> metrics = fitted.metrics(solution, weights);
    fitted.scaling.apply(kernels, table.rows());
    Evaluation<A> evaluation = new Evaluation<>(job.team(), network);
    evaluation.classifier(table).put(metrics, "train");
    measured.ifPresent(validation -> {
      fitted.scaling.apply(kernels, validation.rows());
      evaluation.classifier(validation).put(metrics, "validation");
    });
    return new Outcome(
        ClassifierGraph.of(network, fitted.scaling, spec.features(), spec.algorithm()), metrics);
  }

  private static <A> Outcome regressor(Kernels<A> kernels, LinearSettings settings, Job job)
      throws InterruptedException {
    TrainingSpec spec = job.spec();
    Table.Numbers<A> table = Table.numbers(kernels, job.training(), spec, 0, "the training data");
    Fitted<A> fitted = new Fitted<>(kernels, settings, job, table.rows, 1);
    Optional<Table.Numbers<A>> measured = Optional.empty();
    if (job.validation().isPresent()) {
      measured = Optional.of(Table.numbers(kernels, job.validation().get(), spec, fitted.width,
          "the validation data"));
    }
    double mean = 0;
    for (double target : table.targets) {
      mean += target;
    }
    mean /= table.targets.length;
    double[] targets = new double[table.targets.length];
    double squares = 0;
    for (int r = 0; r < targets.length; r++) {
      targets[r] = table.targets[r] - mean;
      squares += targets[r] * targets[r];
    }
    double deviation = Math.sqrt(squares / targets.length);
    ProximalNewton.Solution solution = fitted.solve(
        new SquaredLoss(job.team(), fitted.design, targets), deviation == 0 ? 1 : deviation);
    double[][] weights = fitted.weights(solution.theta);
    weights[fitted.width][0] += mean;
    Network<A> network = fitted.network(weights, 1);
    SortedMap<String, Double> metrics = fitted.metrics(solution, weights);
    fitted.scaling.apply(kernels, table.rows);
    Evaluation<A> evaluation = new Evaluation<>(job.team(), network);
    evaluation.regressor(table).put(metrics, "train");
    measured.ifPresent(validation -> {
      fitted.scaling.apply(kernels, validation.rows);
      evaluation.regressor(validation).put(metrics, "validation");
    });
    OnnxModel graph = ClassifierGraph.regressor(network, fitted.scaling, spec.features(),
        spec.algorithm());
    return new Outcome(graph, metrics);
  }

  private static void centre(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    double mean = sum / numbers.length;
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] -= mean;
    }
  }

  /** What both have in common: from rows to a problem, and from its solution to a model. */
  private static final class Fitted<A> {
    final int width;
    final Scaling<A> scaling;
    final Design design;
    private final Kernels<A> kernels;
    private final LinearSettings settings;
    private final TrainingListener listener;
    private final int outputs;

    Fitted(Kernels<A> kernels, LinearSettings settings, Job job, List<A> rows, int classes) {
      this.kernels = kernels;
      this.settings = settings;
      this.listener = job.listener();
      this.width = Table.width(job.training(), job.spec().features());
      this.outputs = LogisticLoss.outputs(classes);
      long parameters = (width + 1L) * outputs;
      if (parameters > MAX_PARAMETERS) {
        throw new TrainingException("the training data: " + width + " features and " + outputs
            + " outputs make " + parameters + " parameters of a " + job.spec().algorithm()
            + "; expected at most " + MAX_PARAMETERS
            + (classes > 1 ? "; softmax-regression takes more" : ""));
      }
      int[] all = new int[rows.size()];
      for (int r = 0; r < all.length; r++) {
        all[r] = r;
      }
      Scaling.Standard<A> standard = Scaling.standard(kernels, rows, all, width);
      this.scaling = new Scaling<>(
          settings.standardize() ? Optional.of(standard) : Optional.empty(), Optional.empty());
      this.design = Design.of(kernels, rows, width, standard, settings.standardize());
    }

    /** @param unit of the sums' derivatives */
    ProximalNewton.Solution solve(LinearLoss loss, double unit) throws InterruptedException {
      int size = width + 1;
      double[] l1 = new double[outputs * size];
      double[] l2 = new double[outputs * size];
      double[] units = new double[outputs * size];
      for (int i = 0; i < units.length; i++) {
        boolean intercept = i % size == width;
        l1[i] = intercept ? 0 : settings.l1();
        l2[i] = intercept ? 0 : settings.l2();
        units[i] = design.units[i % size] * unit;
      }
      return new ProximalNewton(loss, new ProximalNewton.Penalty(l1, l2), units).solve(
          settings.tolerance(), settings.maxIterations(), this::told);
    }

    private void told(int iteration, double objective) {
      int most = settings.maxIterations();
      listener.onBatch(new TrainingListener.BatchReport(iteration, most, 1, 1, objective));
      SortedMap<String, Double> metrics = new TreeMap<>();
      metrics.put("objective", objective);
      listener.onEpoch(new TrainingListener.EpochReport(iteration, most, metrics));
    }

    /** Returns weights by feature, then output, and the intercepts after them, for rows as the graph has them. */
    double[][] weights(double[] theta) {
      double[][] weights = new double[width + 1][outputs];
      for (int k = 0; k < outputs; k++) {
        double intercept = theta[k * (width + 1) + width];
        for (int j = 0; j < width; j++) {
          double weight = theta[k * (width + 1) + j];
          weights[j][k] = weight;
          if (!settings.standardize()) {
            intercept -= weight * design.centre[j];
          }
        }
        weights[width][k] = intercept;
      }
      return weights;
    }

    /** @param classes 2 if the only output stands for the second of two */
    Network<A> network(double[][] weights, int classes) {
      Network<A> network = new Network<>(kernels, new int[]{width, classes},
          Network.Activation.RELU);
      int first = classes - outputs;
      for (int j = 0; j <= width; j++) {
        A row = j < width
            ? network.parameters.weights.getFirst()[j]
            : network.parameters.biases.getFirst();
        for (int k = 0; k < outputs; k++) {
          kernels.set(row, first + k, weights[j][k]);
        }
        if (!kernels.isFinite(row)) {
          throw new TrainingException("the solver diverged: a weight is not finite as "
              + kernels.dataType() + "; try l2 above 0, or standardize");
        }
      }
      return network;
    }

    SortedMap<String, Double> metrics(ProximalNewton.Solution solution, double[][] weights) {
      int nonZero = 0;
      for (int j = 0; j < width; j++) {
        for (double weight : weights[j]) {
          nonZero += weight != 0 ? 1 : 0;
        }
      }
      SortedMap<String, Double> metrics = new TreeMap<>();
      metrics.put("iterations", (double) solution.iterations);
      metrics.put("objective", solution.objective);
      metrics.put("optimality", solution.optimality);
      metrics.put("converged", solution.converged ? 1.0 : 0.0);
      if (!solution.converged) {
        metrics.put("warning.notConverged", 1.0);
      }
      metrics.put("weights.nonZero", (double) nonZero);
      return metrics;
    }
  }
}

package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.modelledger.inference.Shape;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/** Softmax regressions, multi-layer perceptrons and convolutional networks. */
final class NetworkAlgorithm implements Algorithm {
  // what each random choice is drawn from: a new one takes a new number
  private static final long SPLIT_STREAM = 1;
  private static final long INITIAL_WEIGHTS_STREAM = 2;
  private static final long SHUFFLE_STREAM = 3;
  private static final long INITIAL_FILTERS_STREAM = 30;
  private static final int MAX_PARAMETERS = 1 << 28;
  private static final int MAX_UNROLLED = 1 << 28;

  @Override
  public Fit understand(TrainingSpec spec, boolean validated) {
    Settings settings = Settings.of(spec);
    check(spec, settings, validated);
    return job -> settings.float64()
        ? learn(DoubleKernels.INSTANCE, settings, job)
        : learn(FloatKernels.INSTANCE, settings, job);
  }

  private static void check(TrainingSpec spec, Settings settings, boolean validated) {
    if (settings.validationFraction() > 0 && validated) {
      throw new ConfigurationException(
          "hyper-parameter 'validationFraction' is '" + settings.validationFraction()
              + "', but a validation set is given; expected only one of the two");
    }
    if (settings.patience() > 0 && !validated && settings.validationFraction() == 0) {
      throw new ConfigurationException("hyper-parameter 'patience' is '" + settings.patience()
          + "', but there is nothing to measure by; expected a validation set or 'validationFraction' above 0");
    }
    GraphNames.check(spec, ClassifierGraph.SCORES, ClassifierGraph.LABEL);
  }

  private static <A> Outcome learn(Kernels<A> kernels, Settings settings, Job job)
      throws InterruptedException {
    TrainingSpec spec = job.spec();
    Dataset training = job.training();
    Optional<Dataset> validation = job.validation();
    boolean convolves = settings.images().isPresent();
    if (convolves) {
      training = new FlatRows(training, spec.features());
      validation = validation.map(data -> new FlatRows(data, spec.features()));
    }
    Table<A> table = Table.read(kernels, training, spec, 0, settings.classes(),
        "the training data");
    int width = Table.width(training, spec.features());
    int classes = table.classes(settings.classes(), spec.target());
    int[] learned = TrainingRun.allRows(table);
    Optional<Table<A>> measured = Optional.empty();
    if (validation.isPresent()) {
      measured = Optional
          .of(Table.read(kernels, validation.get(), spec, width, classes, "the validation data"));
    } else if (settings.validationFraction() > 0) {
      Xoshiro256.seeded(spec.seed(), SPLIT_STREAM).shuffle(learned);
      int count = (int) (table.size() * settings.validationFraction());
      if (count == 0) {
        throw new TrainingException("the training data has " + table.size()
            + " rows, of which validationFraction " + settings.validationFraction()
            + " takes none; expected at least 1");
      }
      measured = Optional.of(table.select(Arrays.copyOf(learned, count)));
      learned = Arrays.copyOfRange(learned, count, learned.length);
    }
    Scaling<A> scaling = Scaling.of(kernels, settings, table, learned, width);
    scaling.apply(kernels, table.rows());
    if (validation.isPresent()) {
      scaling.apply(kernels, measured.orElseThrow().rows());
    }
    Shape row = job.training()
        .columns()
        .stream()
        .filter(c -> c.name().equals(spec.features()))
        .findFirst()
        .orElseThrow()
        .shape();
    List<Stage> stages = convolves
        ? settings.images().orElseThrow().stages(row.lengths())
        : List.of();
    requireRoom(stages, settings);
    int below = convolves ? stages.getLast().filters() * stages.getLast().outArea() : width;
    long parameters = stages.stream()
        .mapToLong(stage -> (stage.products() + 2L) * stage.filters())
        .sum();
    Network<A> dense = new Network<>(kernels,
        widths(below, settings.hidden(), classes, parameters), settings.activation(), convolves);
    dense.initialize(Xoshiro256.seeded(spec.seed(), INITIAL_WEIGHTS_STREAM));
    if (!convolves) {
      SortedMap<String, Double> metrics = train(settings, dense, table, learned, measured, job);
      return new Outcome(
          ClassifierGraph.of(dense, scaling, spec.features(), spec.algorithm()), metrics);
    }
    ConvolutionalNetwork<A> network = new ConvolutionalNetwork<>(kernels, stages, dense);
    network.initialize(Xoshiro256.seeded(spec.seed(), INITIAL_FILTERS_STREAM));
    SortedMap<String, Double> metrics = train(settings, network, table, learned, measured, job);
    return new Outcome(
        ClassifierGraph.of(network, scaling, spec.features(), row, spec.algorithm()), metrics);
  }

  private static void requireRoom(List<Stage> stages, Settings settings) {
    long rows = TrainingRun.blockRows(settings);
    for (Stage stage : stages) {
      long numbers = rows * stage.area() * Math.max(stage.products(), stage.filters());
      if (numbers > MAX_UNROLLED) {
        throw new ConfigurationException("a stage of " + stage.filters() + " filters of "
            + stage.products() + " numbers over images of " + stage.height() + "×" + stage.width()
            + " unrolls " + rows + " of them into " + numbers + " numbers; expected at most "
            + MAX_UNROLLED);
      }
    }
  }

  private static <A> SortedMap<String, Double> train(Settings settings, Trainable<A> network,
      Table<A> table, int[] learned, Optional<Table<A>> measured, Job job)
      throws InterruptedException {
    return new TrainingRun<>(settings, network, table, job.team()).train(learned, measured,
        Xoshiro256.seeded(job.spec().seed(), SHUFFLE_STREAM), job.listener());
  }

  private static int[] widths(int features, List<Integer> hidden, int classes, long beneath) {
    int[] widths = new int[hidden.size() + 2];
    widths[0] = features;
    long parameters = beneath;
    for (int i = 1; i < widths.length; i++) {
      widths[i] = i <= hidden.size() ? hidden.get(i - 1) : classes;
      parameters += (widths[i - 1] + 1L) * widths[i];
    }
    if (parameters > MAX_PARAMETERS) {
      throw new ConfigurationException(
          "layers of " + Arrays.toString(widths) + " have " + parameters
              + " parameters; expected at most " + MAX_PARAMETERS);
    }
    return widths;
  }
}

package org.modelledger.ml.tensorflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;
import org.tensorflow.exceptions.TensorFlowException;

/** Trains classifiers with the optimizers of TensorFlow Java's framework. */
final class TensorFlowTrainer implements Trainer {
  private final TensorFlowTrainerOptions options;
  private final Computing.Found found;
  private volatile boolean closed;

  TensorFlowTrainer(TensorFlowTrainerOptions options) {
    this.options = options;
    this.found = options.computing().find();
  }

  @Override
  public EngineInfo info() {
    requireOpen();
    return found.info();
  }

  @Override
  public Determinism determinism() {
    requireOpen();
    Computing computing = options.computing();
    return computing.threads() == 1 && computing.interOpThreads() == 1
        && found.info().device().equals("cpu") ? Determinism.PROBED : Determinism.NONE;
  }

  @Override
  public TrainedModel train(TrainingSpec spec, Dataset training, Optional<Dataset> validation,
      TrainingListener listener) throws InterruptedException {
    requireOpen();
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(listener, "listener");
    Settings settings = Settings.of(spec);
    check(spec, settings, validation.isPresent());
    Instant started = options.clock().instant();
    TrainingRun.Streams streams = new TrainingRun.Streams(spec.seed());
    Tables tables = tables(spec, settings, training, validation, streams);
    Blueprint blueprint = Blueprint.of(settings, tables.learned, tables.classes);
    SortedMap<String, Double> metrics;
    ModelFiles files;
    try (TrainingGraph graph = new TrainingGraph(blueprint, settings, found.config())) {
      metrics = new TrainingRun(settings, graph, tables.learned, tables.measured,
          options.checkpoints().map(path -> new Checkpoints(path, owner(spec, tables))),
          options.checkpointEvery(), streams).train(listener);
      files = SavedModelWriter.write(blueprint, spec.features(), graph.values(), found.config());
    } catch (TensorFlowException e) {
      throw new TrainingException("TensorFlow failed: " + e.getMessage(), e);
    }
    List<DataSource> sources = new ArrayList<>(training.sources());
    validation.ifPresent(data -> sources.addAll(data.sources()));
    LineageFacts facts = LineageFacts
        .builder(found.info(), started, later(started, options.clock().instant()))
        .spec(spec)
        .data(sources)
        .environment(environment())
        .build();
    return new TrainedModel(files, metrics, facts);
  }

  private static void check(TrainingSpec spec, Settings settings, boolean validated) {
    if (settings.validationFraction() > 0 && validated) {
      throw new ConfigurationException("hyper-parameter 'validationFraction' is '"
          + settings.validationFraction()
          + "', but a validation set is given; expected only one of the two");
    }
    if (settings.patience() > 0 && !validated && settings.validationFraction() == 0) {
      throw new ConfigurationException("hyper-parameter 'patience' is '" + settings.patience()
          + "', but there is nothing to measure by; expected a validation set or 'validationFraction' above 0");
    }
    if (spec.features().isEmpty() || spec.features().equals(spec.target())) {
      throw new ConfigurationException("the columns of features and target are '" + spec.features()
          + "' and '" + spec.target() + "'; expected two names");
    }
  }

  /**
   * What is learned from and measured by.
   *
   * @param all what was given, for the digest of the data
   */
  private record Tables(List<Table> all, Table learned, Optional<Table> measured, int classes) {}

  private static Tables tables(TrainingSpec spec, Settings settings, Dataset training,
      Optional<Dataset> validation, TrainingRun.Streams streams) throws InterruptedException {
    Table table = Table.read(training, spec, List.of(), settings.classes(), "the training data");
    int classes = settings.classes() == 0 ? table.greatestLabel() + 1 : settings.classes();
    if (classes < 2) {
      throw new TrainingException("the training data: column '" + spec.target()
          + "' has no label but 0; expected at least two labels, or the hyper-parameter 'classes'");
    }
    if (validation.isPresent()) {
      Table measured = Table.read(validation.get(), spec, List.of(table), classes,
          "the validation data");
      return new Tables(List.of(table, measured), table, Optional.of(measured), classes);
    }
    if (settings.validationFraction() == 0) {
      return new Tables(List.of(table), table, Optional.empty(), classes);
    }
    int[] rows = TrainingRun.allRows(table);
    TrainingRun.shuffle(rows, streams.split());
    int count = (int) (table.size() * settings.validationFraction());
    if (count == 0) {
      throw new TrainingException("the training data has " + table.size()
          + " rows, of which validationFraction " + settings.validationFraction()
          + " takes none; expected at least 1");
    }
    return new Tables(List.of(table), table.select(Arrays.copyOfRange(rows, count, rows.length)),
        Optional.of(table.select(Arrays.copyOf(rows, count))), classes);
  }

  /** What a checkpoint has to be of. */
  private Map<String, String> owner(TrainingSpec spec, Tables tables) {
    MessageDigest data = Digest.sha256();
    tables.all.forEach(table -> table.update(data));
    StringBuilder text = new StringBuilder();
    for (String part : List.of(spec.algorithm(), spec.features(), spec.target(),
        Long.toString(spec.seed()))) {
      text.append(part.length()).append(':').append(part);
    }
    spec.parameters()
        .forEach((name, value) -> text.append(name)
            .append('=')
            .append(value.length())
            .append(':')
            .append(value));
    EngineInfo info = found.info();
    return Map.of("specification", Digest.sha256(text.toString().getBytes(UTF_8)).hex(), "data",
        Digest.of(data.digest()).hex(), "runtime",
        info.name() + " " + info.version() + " " + info.device() + ", " + info.threads()
            + " threads");
  }

  /** A clock may be set back while we train. */
  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private static SortedMap<String, String> environment() {
    SortedMap<String, String> environment = LineageFacts.thisJvm();
    environment.put("tensorflow.java", TensorFlowRuntime.JAVA_VERSION);
    return environment;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the trainer is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}

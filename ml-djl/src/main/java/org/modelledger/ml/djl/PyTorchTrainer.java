package org.modelledger.ml.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Shape;
import org.modelledger.inference.TensorSpec;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Trains networks of DJL's blocks, and TorchScript modules, on the thread that asks. */
final class PyTorchTrainer implements Trainer {
  private static final long SPLIT_STREAM = 0x53504cL;
  private static final long WEIGHTS_STREAM = 0x574549L;

  private final PyTorchRuntime runtime;
  private final Device device;
  private final PyTorchTrainerOptions options;
  private volatile boolean closed;

  PyTorchTrainer(PyTorchRuntime runtime, Device device, PyTorchTrainerOptions options) {
    this.runtime = runtime;
    this.device = device;
    this.options = options;
  }

  @Override
  public EngineInfo info() {
    requireOpen();
    return runtime.info(device);
  }

  @Override
  public Determinism determinism() {
    requireOpen();
    return options.threads() == 1 && !device.isGpu() ? Determinism.PROBED : Determinism.NONE;
  }

  /** What is trained on what. */
  private record Work(TrainingSpec spec, Settings settings, Optional<TorchScriptSignature> base,
      Optional<byte[]> module, Rows learned, Optional<Rows> measured, int classes) {
    TrainingTable table() {
      return learned.table();
    }
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
    Work work = prepare(spec, settings, training, validation);
    runtime.enter();
    List<DataSource> sources = new ArrayList<>(training.sources());
    validation.ifPresent(data -> sources.addAll(data.sources()));
    SortedMap<String, Double> metrics;
    ModelFiles files;
    try (NDManager manager = runtime.newManager(device);
        Trainable network = network(work, manager)) {
      metrics = new TrainingRun(spec, settings, network, manager, work.learned, work.measured)
          .train(checkpoints(work), listener);
      files = network.files();
    }
    Instant now = options.clock().instant();
    LineageFacts facts = LineageFacts
        .builder(runtime.info(device), started, now.isAfter(started) ? now : started)
        .spec(spec)
        .data(sources)
        .parents(work.base.isPresent()
            ? options.base().map(base -> List.of(base.artifact())).orElse(List.of())
            : List.of())
        .environment(environment())
        .build();
    return new TrainedModel(files, metrics, facts);
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
    if (spec.features().isEmpty() || spec.features().equals(TrainedNetwork.SCORES)
        || spec.features().equals(TrainedNetwork.LABEL)) {
      throw new ConfigurationException("the features' column is '" + spec.features()
          + "'; expected another name than '', 'scores' and 'label', which the model uses itself");
    }
    if (spec.features().equals(spec.target())) {
      throw new ConfigurationException("column '" + spec.features()
          + "' is both features and target; expected two columns");
    }
  }

  private Work prepare(TrainingSpec spec, Settings settings, Dataset training,
      Optional<Dataset> validation) throws InterruptedException {
    Optional<TorchScriptSignature> base = Optional.empty();
    Optional<byte[]> module = Optional.empty();
    int vocabulary = Architecture.vocabulary(settings.algorithm(), settings.values());
    if (settings.isTorchScript()) {
      ModelFiles files = options.base()
          .orElseThrow(() -> new ConfigurationException(
              "algorithm '" + Settings.TORCHSCRIPT
                  + "' goes on from a module; expected the trainer's option 'base' (PyTorchTrainerOptions)"))
          .files();
      base = Optional.of(signature(files));
      module = Optional.of(module(files));
    }
    TrainingTable table = TrainingTable.read(training, spec, vocabulary, List.of(),
        settings.classes(), "the training data");
    if (base.isPresent()) {
      requireFit(base.get().inputs().getFirst(), table, spec);
    }
    int classes = settings.classes() == 0 ? table.greatestLabel() + 1 : settings.classes();
    if (classes < 2) {
      throw new TrainingException("the training data: column '" + spec.target()
          + "' has no label but 0; expected at least two labels, or the hyper-parameter 'classes'");
    }
    Rows all = Rows.all(table);
    if (validation.isPresent()) {
      TrainingTable measured = TrainingTable.read(validation.get(), spec, vocabulary, table.row(),
          classes, "the validation data");
      return new Work(spec, settings, base, module, all, Optional.of(Rows.all(measured)), classes);
    }
    int count = (int) (table.size() * settings.validationFraction());
    if (settings.validationFraction() == 0) {
      return new Work(spec, settings, base, module, all, Optional.empty(), classes);
    }
    if (count == 0) {
      throw new TrainingException("the training data has " + table.size()
          + " rows, of which validationFraction " + settings.validationFraction()
          + " takes none; expected at least 1");
    }
    Rows shuffled = all.shuffled(TrainingRun.random(spec.seed(), SPLIT_STREAM, 0));
    return new Work(spec, settings, base, module, shuffled.from(count, table.size()),
        Optional.of(shuffled.from(0, count)), classes);
  }

  private static TorchScriptSignature signature(ModelFiles files) {
    if (!files.names().contains(TorchScriptSignature.FILE)) {
      throw new ModelFormatException("the base has the files " + files.names() + "; expected "
          + TorchScriptSignature.FILE);
    }
    return TorchScriptSignature.parse(files.read(TorchScriptSignature.FILE));
  }

  private static void requireFit(TensorSpec input, TrainingTable table, TrainingSpec spec) {
    long[] lengths = table.row().stream().mapToLong(Integer::longValue).toArray();
    if (input.dataType() != DataType.FP32
        || !input.shape().accepts(Shape.of(lengths).prepend(1))) {
      throw new TrainingException("the training data: column '" + spec.features()
          + "' has rows of shape " + table.row() + "; the base takes " + input.dataType() + " "
          + input.shape());
    }
  }

  private static byte[] module(ModelFiles files) {
    List<String> modules = files.names().stream().filter(name -> name.endsWith(".pt")).toList();
    if (modules.size() != 1) {
      throw new ModelFormatException(
          "the base has the files " + files.names() + "; expected exactly one *.pt");
    }
    return files.read(modules.getFirst());
  }

  private static Trainable network(Work work, NDManager manager) {
    if (work.base.isPresent()) {
      return new TrainableModule(manager, work.module.orElseThrow(), work.base.get());
    }
    Architecture architecture = Architecture.of(work.settings.algorithm(), work.settings.values(),
        work.table().row(), work.classes, work.settings.inputScale());
    return new TrainableBlocks(architecture, work.spec.features(), manager,
        work.settings.batchSize(),
        TrainingRun.random(work.spec.seed(), WEIGHTS_STREAM, 0));
  }

  private Optional<Checkpoints> checkpoints(Work work) {
    return options.checkpoints()
        .map(directory -> new Checkpoints(directory, options.checkpointEvery(), identity(work)));
  }

  /** Returns all that decides what comes of a training. */
  private Map<String, String> identity(Work work) {
    TrainingSpec spec = work.spec;
    Map<String, String> identity = new TreeMap<>();
    identity.put("algorithm", spec.algorithm());
    identity.put("features", spec.features());
    identity.put("target", spec.target());
    identity.put("seed", Long.toString(spec.seed()));
    identity.put("parameters", spec.parameters()
        .entrySet()
        .stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(", ")));
    identity.put("training data", work.table().digest().toString());
    identity.put("validation data", work.measured.map(rows -> rows.table().digest().toString())
        .orElse("none"));
    identity.put("base", work.module.map(bytes -> org.modelledger.model.Digest.sha256(bytes)
        .toString()).orElse("none"));
    EngineInfo info = runtime.info(device);
    identity.put("engine", info.version() + ", " + info.device() + ", " + info.threads()
        + " threads");
    return identity;
  }

  private SortedMap<String, String> environment() {
    SortedMap<String, String> environment = LineageFacts.thisJvm();
    environment.put("pytorch.interOpThreads", Integer.toString(runtime.interOpThreads()));
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

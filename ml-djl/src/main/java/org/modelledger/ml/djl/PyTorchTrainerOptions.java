package org.modelledger.ml.djl;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;

/**
 * How the trainer {@code pytorch} trains; what it trains is in the specification. Immutable.
 *
 * <p>The numbers of threads are PyTorch's for the whole process: who opens an engine or a trainer first decides.
 */
public final class PyTorchTrainerOptions {
  private static final String CHECKPOINTS = "checkpoints";
  private static final String CHECKPOINT_EVERY = "checkpointEvery";
  private static final int MAX_EPOCHS = 1_000_000;
  private static final PyTorchTrainerOptions DEFAULTS = new PyTorchTrainerOptions("cpu", 1, 1,
      Optional.empty(), 1, Optional.empty(), InstantSource.system());

  private final String device;
  private final int threads;
  private final int interOpThreads;
  private final Optional<Path> checkpoints;
  private final int checkpointEvery;
  private final Optional<Base> base;
  private final InstantSource clock;

  /** A module to go on from, and the digest that its artifact has in the lineage. */
  record Base(ModelFiles files, Digest artifact) {}

  private PyTorchTrainerOptions(String device, int threads, int interOpThreads,
      Optional<Path> checkpoints, int checkpointEvery, Optional<Base> base, InstantSource clock) {
    this.device = device;
    this.threads = threads;
    this.interOpThreads = interOpThreads;
    this.checkpoints = checkpoints;
    this.checkpointEvery = checkpointEvery;
    this.base = base;
    this.clock = clock;
  }

  /** Returns: on the processor, with one thread for each training, without checkpoints. */
  public static PyTorchTrainerOptions defaults() {
    return DEFAULTS;
  }

  static PyTorchTrainerOptions of(ProviderOptions options) {
    options.requireKnown(PyTorchOptions.DEVICE, PyTorchOptions.THREADS,
        PyTorchOptions.INTER_OP_THREADS, CHECKPOINTS, CHECKPOINT_EVERY);
    PyTorchTrainerOptions typed = defaults()
        .device(options.find(PyTorchOptions.DEVICE).orElse("cpu"))
        .threads((int) options.getLong(PyTorchOptions.THREADS, 1, 1, PyTorchOptions.MAX_THREADS))
        .interOpThreads((int) options.getLong(PyTorchOptions.INTER_OP_THREADS, 1, 1,
            PyTorchOptions.MAX_THREADS));
    int every = (int) options.getLong(CHECKPOINT_EVERY, 1, 1, MAX_EPOCHS);
    Optional<Path> directory = options.findPath(CHECKPOINTS);
    if (directory.isEmpty() && options.find(CHECKPOINT_EVERY).isPresent()) {
      throw new ConfigurationException(
          "option '" + CHECKPOINT_EVERY + "' is set, but not '" + CHECKPOINTS + "'");
    }
    return directory.map(path -> typed.checkpoints(path).checkpointEvery(every)).orElse(typed);
  }

  /** Returns options for a device; see {@link PyTorchOptions#device(String)}. */
  public PyTorchTrainerOptions device(String name) {
    return new PyTorchTrainerOptions(Objects.requireNonNull(name, "name"), threads, interOpThreads,
        checkpoints, checkpointEvery, base, clock);
  }

  /**
   * Returns options with so many threads within an operation. With one, the same specification and data make the same files.
   *
   * @throws IllegalArgumentException if it is not from 1 to 1024
   */
  public PyTorchTrainerOptions threads(int count) {
    return new PyTorchTrainerOptions(device, PyTorchOptions.checked(PyTorchOptions.THREADS, count),
        interOpThreads, checkpoints, checkpointEvery, base, clock);
  }

  /**
   * Returns options with so many threads for operations side by side.
   *
   * @throws IllegalArgumentException if it is not from 1 to 1024
   */
  public PyTorchTrainerOptions interOpThreads(int count) {
    return new PyTorchTrainerOptions(device, threads,
        PyTorchOptions.checked(PyTorchOptions.INTER_OP_THREADS, count), checkpoints,
        checkpointEvery, base, clock);
  }

  /**
   * Returns options that leave checkpoints in a directory, and go on from the newest whole one that is there. A directory is for one
   * training at a time; what belongs to another one is refused. The user deletes it when the model is registered.
   */
  public PyTorchTrainerOptions checkpoints(Path directory) {
    return new PyTorchTrainerOptions(device, threads, interOpThreads, Optional.of(directory),
        checkpointEvery, base, clock);
  }

  /**
   * Returns options with a checkpoint after so many epochs, and after the last one.
   *
   * @throws IllegalArgumentException if it is not from 1 to 1,000,000
   */
  public PyTorchTrainerOptions checkpointEvery(int epochs) {
    if (epochs < 1 || epochs > MAX_EPOCHS) {
      throw new IllegalArgumentException(
          CHECKPOINT_EVERY + " is " + epochs + "; expected 1 to " + MAX_EPOCHS);
    }
    return new PyTorchTrainerOptions(device, threads, interOpThreads, checkpoints, epochs, base,
        clock);
  }

  /**
   * Returns options with a TorchScript module that the algorithm {@code torchscript} goes on from.
   *
   * @param files one {@code *.pt} and {@value TorchScriptSignature#FILE}, whose first input takes the features and whose first output
   *     is the logits, [N, classes]; read when a training begins
   * @param artifact the digest of these files as an artifact, which becomes a parent in the lineage
   */
  public PyTorchTrainerOptions base(ModelFiles files, Digest artifact) {
    return new PyTorchTrainerOptions(device, threads, interOpThreads, checkpoints, checkpointEvery,
        Optional.of(new Base(Objects.requireNonNull(files, "files"),
            Objects.requireNonNull(artifact, "artifact"))),
        clock);
  }

  /** Returns options with a source of the times in the lineage. */
  public PyTorchTrainerOptions clock(InstantSource source) {
    return new PyTorchTrainerOptions(device, threads, interOpThreads, checkpoints, checkpointEvery,
        base, Objects.requireNonNull(source, "source"));
  }

  public String device() {
    return device;
  }

  public int threads() {
    return threads;
  }

  public int interOpThreads() {
    return interOpThreads;
  }

  public Optional<Path> checkpoints() {
    return checkpoints;
  }

  public int checkpointEvery() {
    return checkpointEvery;
  }

  Optional<Base> base() {
    return base;
  }

  InstantSource clock() {
    return clock;
  }
}

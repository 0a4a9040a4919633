package org.modelledger.ml.tensorflow;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Trainer;

/** How the trainer {@code tensorflow} is opened. Immutable; each method returns other options. */
public final class TensorFlowTrainerOptions {
  private static final String CHECKPOINTS = "checkpoints";
  private static final String CHECKPOINT_EVERY = "checkpointEvery";
  private static final int MAX_EPOCHS = 1_000_000;
  private static final TensorFlowTrainerOptions DEFAULTS = new TensorFlowTrainerOptions(
      Computing.DEFAULT, Optional.empty(), 1, InstantSource.system());

  private final Computing computing;
  private final Optional<Path> checkpoints;
  private final int checkpointEvery;
  private final InstantSource clock;

  private TensorFlowTrainerOptions(Computing computing, Optional<Path> checkpoints,
      int checkpointEvery, InstantSource clock) {
    this.computing = computing;
    this.checkpoints = checkpoints;
    this.checkpointEvery = checkpointEvery;
    this.clock = clock;
  }

  /** Returns what is so if nothing is set: on the CPU, one thread, no checkpoints. */
  public static TensorFlowTrainerOptions defaults() {
    return DEFAULTS;
  }

  static TensorFlowTrainerOptions of(ProviderOptions options) {
    options.requireKnown(Computing.DEVICE, Computing.THREADS, Computing.INTER_OP_THREADS,
        Computing.GPU_MEMORY_GROWTH, CHECKPOINTS, CHECKPOINT_EVERY);
    return new TensorFlowTrainerOptions(Computing.of(options), options.findPath(CHECKPOINTS),
        (int) options.getLong(CHECKPOINT_EVERY, 1, 1, MAX_EPOCHS), DEFAULTS.clock);
  }

  /**
   * Sets where to compute: {@code cpu}, {@code cuda} or {@code cuda:N}, or {@code auto} for the first GPU if there is one
   * and the CPU otherwise.
   *
   * @throws ConfigurationException if it is something else
   */
  public TensorFlowTrainerOptions device(String device) {
    return with(new Computing(device, computing.threads(), computing.interOpThreads(),
        computing.gpuMemoryGrowth()));
  }

  /**
   * Sets how many threads compute one operation, from 1, which is the default and what makes files repeat. One number
   * for the whole process: TensorFlow makes these threads once.
   *
   * @throws ConfigurationException if it is out of range
   */
  public TensorFlowTrainerOptions threads(int threads) {
    return with(new Computing(computing.device(), threads, computing.interOpThreads(),
        computing.gpuMemoryGrowth()));
  }

  /**
   * Sets how many operations may run at once, from 1, which is the default and what makes files repeat.
   *
   * @throws ConfigurationException if it is out of range
   */
  public TensorFlowTrainerOptions interOpThreads(int threads) {
    return with(new Computing(computing.device(), computing.threads(), threads,
        computing.gpuMemoryGrowth()));
  }

  /** Sets whether memory of a GPU is taken bit by bit, which is the default, or nearly all of it at once. */
  public TensorFlowTrainerOptions gpuMemoryGrowth(boolean grows) {
    return with(new Computing(computing.device(), computing.threads(), computing.interOpThreads(),
        grows));
  }

  /**
   * Sets a directory of one training's own, made if need be, for its checkpoints. A training with the same
   * specification and data goes on from the newest whole one there, and makes the files that it would have made without a
   * break; the listener is told only of what is left. The last two are kept, also when the training is done.
   */
  public TensorFlowTrainerOptions checkpoints(Path directory) {
    return new TensorFlowTrainerOptions(computing, Optional.of(directory), checkpointEvery, clock);
  }

  /**
   * Sets after how many epochs a checkpoint is written, from 1, which is the default; there is also one after the last.
   *
   * @throws ConfigurationException if it is out of range
   */
  public TensorFlowTrainerOptions checkpointEvery(int epochs) {
    if (epochs < 1 || epochs > MAX_EPOCHS) {
      throw new ConfigurationException("option '" + CHECKPOINT_EVERY + "' is '" + epochs
          + "'; expected a whole number from 1 to " + MAX_EPOCHS);
    }
    return new TensorFlowTrainerOptions(computing, checkpoints, epochs, clock);
  }

  /** Sets where the times in the lineage come from; the system's clock if not set. */
  public TensorFlowTrainerOptions clock(InstantSource source) {
    return new TensorFlowTrainerOptions(computing, checkpoints, checkpointEvery,
        Objects.requireNonNull(source, "source"));
  }

  /**
   * Opens a trainer.
   *
   * @return a new trainer that the caller closes
   * @throws ConfigurationException if there is no native library for this platform, no such device, or the process has
   *     another number of threads already; says what to do
   */
  public Trainer open() {
    return new TensorFlowTrainer(this);
  }

  private TensorFlowTrainerOptions with(Computing other) {
    return new TensorFlowTrainerOptions(other, checkpoints, checkpointEvery, clock);
  }

  Computing computing() {
    return computing;
  }

  Optional<Path> checkpoints() {
    return checkpoints;
  }

  int checkpointEvery() {
    return checkpointEvery;
  }

  InstantSource clock() {
    return clock;
  }
}

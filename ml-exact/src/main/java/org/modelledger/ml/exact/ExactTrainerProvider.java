package org.modelledger.ml.exact;

import java.time.InstantSource;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.TrainerProvider;
import org.modelledger.training.Trainer;

/**
 * Opens the trainer {@code exact}: softmax regression and multi-layer perceptrons whose files are the
 * same bytes on every JVM, processor and number of threads.
 *
 * <p>Its one option is {@code threads}: how many threads a training uses at most, from 1 to 1024; as many
 * as there are processors if not set. It changes how long a training takes, not what comes of it.
 */
public final class ExactTrainerProvider implements TrainerProvider {
  private static final String THREADS = "threads";
  private static final int MAX_THREADS = 1024;

  public ExactTrainerProvider() {}

  @Override
  public String name() {
    return ExactNumerics.NAME;
  }

  @Override
  public Trainer open(ProviderOptions options) {
    options.requireKnown(THREADS);
    int processors = Math.min(Runtime.getRuntime().availableProcessors(), MAX_THREADS);
    return open((int) options.getLong(THREADS, processors, 1, MAX_THREADS), InstantSource.system());
  }

  /**
   * Opens a trainer.
   *
   * @param threads how many threads a training uses at most, from 1 to 1024
   * @param clock where the times in the lineage come from
   * @throws IllegalArgumentException if {@code threads} is out of range
   */
  public static Trainer open(int threads, InstantSource clock) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads is " + threads + "; expected 1 to " + MAX_THREADS);
    }
    return new ExactTrainer(threads, clock);
  }
}

package org.modelledger.training;

import java.util.Map;
import java.util.Objects;

/**
 * Is told how a training goes on, on the thread that called {@link Trainer#train}. What it throws
 * ends the training and reaches the caller.
 */
public interface TrainingListener {
  /** Does nothing. */
  TrainingListener NONE = new TrainingListener() {
  };

  /** A batch is done. */
  default void onBatch(BatchReport report) {}

  /** An epoch is done. */
  default void onEpoch(EpochReport report) {}

  /**
   * One batch.
   *
   * @param epoch from 1
   * @param epochs how many there will be at most
   * @param batch from 1, within the epoch
   * @param batches how many there are in the epoch
   * @param loss the mean over the batch, before the step
   */
  record BatchReport(int epoch, int epochs, int batch, int batches, double loss) {}

  /**
   * One epoch.
   *
   * @param epoch from 1
   * @param epochs how many there will be at most
   * @param metrics by the names of {@link TrainedModel#metrics()}; what is not known yet is absent
   */
  record EpochReport(int epoch, int epochs, Map<String, Double> metrics) {
    public EpochReport {
      Objects.requireNonNull(metrics, "metrics");
      metrics = Map.copyOf(metrics);
    }
  }
}

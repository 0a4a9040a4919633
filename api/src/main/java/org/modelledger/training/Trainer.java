package org.modelledger.training;

import java.util.Optional;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;

/**
 * Makes models from data. Safe for use by several threads. Every method throws {@link
 * IllegalStateException} once the trainer is closed.
 */
public interface Trainer extends AutoCloseable {
  /** Returns what computes. */
  EngineInfo info();

  /** Returns how far the files repeat when the same specification meets the same data. */
  Determinism determinism();

  /**
   * Trains without a validation set of the caller's own.
   *
   * @see #train(TrainingSpec, Dataset, Optional, TrainingListener)
   */
  default TrainedModel train(TrainingSpec spec, Dataset data, TrainingListener listener)
      throws InterruptedException {
    return train(spec, data, Optional.empty(), listener);
  }

  /**
   * Trains a model and blocks until it is done. Interrupt the thread to cancel.
   *
   * @param spec what to train, and how
   * @param training the rows to learn from; not retained
   * @param validation rows to measure by but not to learn from, with the same columns
   * @param listener told after every batch and epoch, on this thread
   * @return files, metrics and the facts of their lineage
   * @throws org.modelledger.spi.ConfigurationException if the algorithm or a hyper-parameter is
   *     unknown or out of range; names it, its value, and what is known or in range
   * @throws TrainingException if the data does not fit (no rows, a missing column, a wrong type or
   *     shape, a number that is not finite, a label out of range; names column and row) or the
   *     training fails (names epoch and batch)
   * @throws InterruptedException if interrupted; no model came of it
   */
  TrainedModel train(TrainingSpec spec, Dataset training, Optional<Dataset> validation,
      TrainingListener listener) throws InterruptedException;

  /** Closes the trainer and gives back its memory and threads; idempotent. */
  @Override
  void close();
}

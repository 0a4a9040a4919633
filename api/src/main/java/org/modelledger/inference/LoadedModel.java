package org.modelledger.inference;

import java.util.List;

/** A model that is ready to run. Safe for use by several threads at once. */
public interface LoadedModel extends AutoCloseable {
  /** Returns what {@link #run} takes. */
  List<TensorSpec> inputs();

  /** Returns what {@link #run} yields. */
  List<TensorSpec> outputs();

  /** Returns how far the results repeat. */
  Determinism determinism();

  /**
   * Runs the model once and blocks until it is done.
   *
   * <p>Shapes are written outermost first; an outermost free dimension is the batch, which each call
   * chooses.
   *
   * @param inputs one tensor for each of {@link #inputs()}, by name; not retained
   * @return one tensor for each of {@link #outputs()}, by name; the caller's own, valid after this
   *     model is closed
   * @throws IllegalArgumentException if a name, type or shape does not fit; names the tensor, what it
   *     has and what it needs
   * @throws InferenceException if the runtime failed on fitting inputs; the model stays usable
   * @throws IllegalStateException if this model or its engine is closed
   * @throws InterruptedException if interrupted; the run may still finish, its result is dropped
   */
  Tensors run(Tensors inputs) throws InterruptedException;

  /** Closes the model and gives back its native memory, after running calls are done; idempotent. */
  @Override
  void close();
}

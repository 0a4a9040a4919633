package org.modelledger.ml.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** What a loaded model runs: safe for use by several threads at once. */
interface Network extends AutoCloseable {
  /**
   * Computes.
   *
   * @param manager for everything that is made on the way; the caller closes it
   * @param inputs in the order of the model's inputs, without names
   * @return in the order of the model's outputs, or with their names
   */
  NDList forward(NDManager manager, NDList inputs);

  /** Gives back native memory; called once, when no call runs any more. */
  @Override
  void close();
}

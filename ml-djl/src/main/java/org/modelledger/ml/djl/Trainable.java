package org.modelledger.ml.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.SortedMap;
import org.modelledger.model.ModelFiles;

/** A network that learns. For one thread at a time. */
interface Trainable extends AutoCloseable {
  /** Returns what the optimizer changes, by name; the same arrays each time. */
  SortedMap<String, NDArray> weights();

  /** Says whether a weight shrinks where weights decay. */
  boolean decays(String name);

  /** Says whether a step draws random numbers in PyTorch. */
  boolean isRandom();

  /** Computes logits, [N, classes]. */
  NDArray forward(NDManager manager, NDList inputs, boolean training);

  /** Returns all its numbers, those that are not learned by gradients, too. */
  byte[] save();

  /** Takes over what {@link #save} returned. */
  void load(byte[] saved);

  /** Returns the model's files. */
  ModelFiles files();

  @Override
  void close();
}

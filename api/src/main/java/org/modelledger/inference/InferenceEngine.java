package org.modelledger.inference;

import org.modelledger.model.ModelFiles;

/**
 * Turns the files of a model into something that runs. Safe for use by several threads. Every method
 * throws {@link IllegalStateException} once the engine is closed.
 */
public interface InferenceEngine extends AutoCloseable {
  /** Returns what computes. */
  EngineInfo info();

  /**
   * Loads a model. Reads the files completely and uses only what it read, so that files which verify
   * themselves are verified before anything of them runs.
   *
   * @param files not retained
   * @return the model, which the caller closes before the engine
   * @throws org.modelledger.model.ModelFormatException if the files are not a model that this engine
   *     can run: names the file, and what in it is wrong or not supported
   * @throws org.modelledger.model.StorageException if they cannot be read
   */
  LoadedModel load(ModelFiles files);

  /** Closes the engine and gives back native memory and threads; idempotent. */
  @Override
  void close();
}

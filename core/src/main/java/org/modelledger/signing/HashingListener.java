package org.modelledger.signing;

/** Is told how far the hashing of a model is. */
@FunctionalInterface
public interface HashingListener {
  /**
   * Called by the threads that hash, one at a time; they wait for it.
   *
   * @param bytes how many are hashed
   * @param totalBytes how many there are
   */
  void hashed(long bytes, long totalBytes);
}

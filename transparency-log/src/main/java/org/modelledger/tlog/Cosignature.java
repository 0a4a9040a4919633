package org.modelledger.tlog;

import java.util.Objects;

/**
 * What a witness has said under a checkpoint: at this time it was the largest tree that it had seen of
 * this log, and the log had grown to it without rewriting anything (c2sp.org/tlog-cosignature). Those
 * that {@link SignedCheckpoint#cosignatures} returns have been checked.
 *
 * @param witness the key that signed
 * @param timestamp when, by the witness's clock; POSIX seconds, from 1
 */
public record Cosignature(CosignatureVerifier witness, long timestamp) {

  /**
   * @throws IllegalArgumentException if the time is less than 1
   */
  public Cosignature {
    Objects.requireNonNull(witness, "witness");
    if (timestamp < 1) {
      throw new IllegalArgumentException("timestamp is " + timestamp + ", wanted 1 or more");
    }
  }
}

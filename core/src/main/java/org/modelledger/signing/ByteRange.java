package org.modelledger.signing;

/**
 * Bytes of a file that are hashed as one, a shard.
 *
 * @param start the first of them, from 0
 * @param end the first one behind them
 */
public record ByteRange(long start, long end) {
  /** @throws IllegalArgumentException if there is no byte in it */
  public ByteRange {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException("no bytes from " + start + " to " + end);
    }
  }
}

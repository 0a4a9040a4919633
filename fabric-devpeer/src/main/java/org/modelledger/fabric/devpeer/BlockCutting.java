package org.modelledger.fabric.devpeer;

import java.time.Duration;
import java.util.Objects;

/**
 * When a block is complete: whichever comes first.
 *
 * @param maxMessages how many transactions it has at most, from 1; {@code MaxMessageCount} of a channel's configuration
 * @param preferredMaxBytes how large it may become; one transaction that is larger has a block of its own;
 *     {@code PreferredMaxBytes}
 * @param timeout how long its first transaction waits for others, more than 0; {@code BatchTimeout}
 */
public record BlockCutting(int maxMessages, int preferredMaxBytes, Duration timeout) {
  /** 500 transactions, 2 MiB, 100 milliseconds. */
  public static final BlockCutting DEFAULT = new BlockCutting(500, 2 * 1024 * 1024,
      Duration.ofMillis(100));

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public BlockCutting {
    Objects.requireNonNull(timeout, "timeout");
    if (maxMessages < 1 || preferredMaxBytes < 1 || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("blocks are cut at " + maxMessages + " messages, "
          + preferredMaxBytes + " bytes, " + timeout + "; each must be positive");
    }
  }
}

package org.modelledger.chain.fabric;

import java.time.Duration;

/**
 * How many commands go into the next transaction: more while endorsers are quick with them, fewer when
 * they take long or it fails again and again, since peers and orderers have limits that only they know.
 * That it fails quickly now and then means nothing: an endorser may be a block behind. For one thread.
 */
final class BatchSize {
  private static final int FIRST = 128;
  private static final int PATIENCE = 4;
  private static final long QUICK = Duration.ofMillis(500).toNanos();
  private static final long SLOW = Duration.ofSeconds(2).toNanos();

  private final int most;
  private int size;
  private int failures;

  BatchSize(int most) {
    this.most = most;
    this.size = Math.min(FIRST, most);
  }

  int commands() {
    return size;
  }

  /** A transaction with so many commands, endorsed in so many nanoseconds, is in a block. */
  void succeeded(int commands, long nanos) {
    failures = 0;
    if (nanos > SLOW) {
      size = Math.max(1, commands / 2);
    } else if (nanos < QUICK && commands == size) {
      size = Math.min(most, size * 2);
    }
  }

  /** One with so many commands was refused after so many nanoseconds. */
  void failed(int commands, long nanos) {
    failures++;
    if (nanos > SLOW || failures >= PATIENCE) {
      size = Math.max(1, commands / 2);
      failures = 0;
    }
  }
}

package org.modelledger.chain.fabric;

import java.time.Duration;

/**
 * How many commands go into the next transaction: more while endorsers are quick with them, fewer when
 * they take long or fail, since they give up after a time that only they know. For one thread.
 */
final class BatchSize {
  private static final int FIRST = 128;
  private static final long QUICK = Duration.ofMillis(500).toNanos();
  private static final long SLOW = Duration.ofSeconds(2).toNanos();

  private final int most;
  private int size;

  BatchSize(int most) {
    this.most = most;
    this.size = Math.min(FIRST, most);
  }

  int commands() {
    return size;
  }

  /** A transaction with so many commands was endorsed in so many nanoseconds. */
  void endorsed(int commands, long nanos) {
    if (nanos > SLOW) {
      size = Math.max(1, commands / 2);
    } else if (nanos < QUICK && commands == size) {
      size = Math.min(most, size * 2);
    }
  }

  /** One with so many was not. */
  void failed(int commands) {
    size = Math.max(1, commands / 2);
  }
}

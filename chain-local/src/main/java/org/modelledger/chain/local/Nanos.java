package org.modelledger.chain.local;

import java.time.Duration;

/** Durations as System.nanoTime counts. */
final class Nanos {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

  private Nanos() {}

  /** Returns the nanoseconds in a duration, at least 0 and at most some hundred years. */
  static long of(Duration duration) {
    if (duration.isNegative()) {
      return 0;
    }
    return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
  }
}

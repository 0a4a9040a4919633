package org.modelledger.chain.ethereum;

import java.time.Duration;

/** Durations for waits: as great as a long can have, not less than zero. */
final class Nanos {
  private Nanos() {}

  static long of(Duration duration) {
    try {
      return Math.max(0, Math.min(duration.toNanos(), Long.MAX_VALUE / 4));
    } catch (ArithmeticException e) {
      return duration.isNegative() ? 0 : Long.MAX_VALUE / 4;
    }
  }
}

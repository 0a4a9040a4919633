package org.modelledger.chain.support;

import java.time.Duration;

/** Durations for waits. */
public final class Nanos {
  private Nanos() {}

  /**
   * Returns a duration in nanoseconds: not less than zero, and at most a quarter of what a long can
   * have, some 73 years, so that it can be added to {@link System#nanoTime()}.
   */
  public static long of(Duration duration) {
    try {
      return Math.max(0, Math.min(duration.toNanos(), Long.MAX_VALUE / 4));
    } catch (ArithmeticException e) {
      return duration.isNegative() ? 0 : Long.MAX_VALUE / 4;
    }
  }
}

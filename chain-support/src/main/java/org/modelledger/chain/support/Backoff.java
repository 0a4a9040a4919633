package org.modelledger.chain.support;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;

/**
 * How long to wait before the next attempt: twice as long each time, with a random half to either
 * side, so that many clients of a node that comes back do not come at once. For one thread.
 */
public final class Backoff {
  private static final double FACTOR = 2;
  private static final double RANDOMNESS = 0.5;

  private final IntervalFunction intervals;
  private int attempts;

  private Backoff(IntervalFunction intervals) {
    this.intervals = intervals;
  }

  /**
   * Returns one that has not waited yet.
   *
   * @param first the mean of the first wait
   * @param longest what no wait is longer than
   * @throws IllegalArgumentException if {@code first} is less than 10 ms, or {@code longest} not more
   *     than it
   */
  public static Backoff between(Duration first, Duration longest) {
    if (first.toMillis() < 10 || longest.compareTo(first) <= 0) {
      throw new IllegalArgumentException(
          "waits begin with 10 ms or more and grow, not from " + first
              + " to " + longest);
    }
    return new Backoff(
        IntervalFunction.ofExponentialRandomBackoff(first, FACTOR, RANDOMNESS, longest));
  }

  /** Returns how long to wait before the next attempt. */
  public Duration next() {
    attempts++;
    return Duration.ofMillis(intervals.apply(attempts));
  }

  /** Begins anew: an attempt went well. */
  public void reset() {
    attempts = 0;
  }
}

package org.modelledger.tlog;

import java.time.Duration;
import java.util.Objects;

/**
 * How far a check of a whole log has come.
 *
 * @param entries number of entries checked, from 0 to the total
 * @param total number of entries in the log
 * @param bytes what was read of bundles and tiles so far
 * @param findings what was found to be wrong so far, at most 100
 * @param elapsed since the check began
 */
public record FsckProgress(long entries, long total, long bytes, int findings, Duration elapsed) {

  private static final double NANOS = 1e9;

  /** Requires all parts. */
  public FsckProgress {
    Objects.requireNonNull(elapsed, "elapsed");
  }

  /** Returns the rate since the beginning; 0 as long as no time has passed. */
  public double entriesPerSecond() {
    return perSecond(entries);
  }

  /** Returns the rate since the beginning; 0 as long as no time has passed. */
  public double bytesPerSecond() {
    return perSecond(bytes);
  }

  private double perSecond(long amount) {
    return elapsed.isZero() ? 0 : amount / (elapsed.toNanos() / NANOS);
  }
}

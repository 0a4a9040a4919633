package org.modelledger.cli;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.modelledger.signing.HashingListener;

/** Measures how fast a model is hashed. */
final class HashingMeter implements HashingListener {

  private static final double NANOS = 1e9;

  private final long begin = System.nanoTime();
  private @Nullable StatusLine line;
  private long bytes;

  void showOn(StatusLine shown) {
    line = shown;
  }

  @Override
  public void hashed(long hashedBytes, long totalBytes) {
    bytes = hashedBytes;
    if (line != null) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
      double share = totalBytes == 0 ? 1 : Math.min(1, (double) hashedBytes / totalBytes);
      line.show(elapsed, share, () -> String.format(Locale.ROOT, "%s of %s, %s",
          megabytes(hashedBytes), megabytes(totalBytes), rate()));
    }
  }

  /** Returns how much was hashed in what time. */
  String summary() {
    return String.format(Locale.ROOT, "%s in %.1f s: %s", megabytes(bytes), seconds(), rate());
  }

  private String rate() {
    return String.format(Locale.ROOT, "%,.1f MB/s", bytes / 1e6 / Math.max(1e-9, seconds()));
  }

  private double seconds() {
    return (System.nanoTime() - begin) / NANOS;
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }
}

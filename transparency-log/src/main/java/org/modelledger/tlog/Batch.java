package org.modelledger.tlog;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Entries that go to the disk together, in the form they have in a bundle, with room for a {@link
 * WalFormat frame} around them. Filled under the writer's lock, then owned by one thread after the
 * other.
 */
final class Batch {

  private static final int INITIAL_BYTES = 1 << 12;

  private final long first;
  private final CountDownLatch done = new CountDownLatch(1);
  private byte[] bytes;
  private int end = WalFormat.FRAME_HEADER_BYTES;
  private int count;
  private volatile @Nullable Throwable failure;

  Batch(long first) {
    this(first, 0);
  }

  /** Makes room for so many bytes to begin with; more is made when needed. */
  Batch(long first, int expectedBytes) {
    this.first = first;
    this.bytes = new byte[INITIAL_BYTES + expectedBytes];
  }

  boolean hasRoomFor(int entryBytes, int limit) {
    return count == 0 || end + 2 + entryBytes <= limit;
  }

  void add(byte[] entry) {
    int needed = end + 2 + entry.length + WalFormat.ALIGNMENT;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
    }
    bytes[end] = (byte) (entry.length >>> 8);
    bytes[end + 1] = (byte) entry.length;
    System.arraycopy(entry, 0, bytes, end + 2, entry.length);
    end += 2 + entry.length;
    count++;
  }

  long first() {
    return first;
  }

  int count() {
    return count;
  }

  /** Returns the index after the last entry. */
  long next() {
    return first + count;
  }

  /** Returns the array that has the entries from {@link WalFormat#FRAME_HEADER_BYTES} on. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns how many bytes the entries take with their lengths. */
  int payload() {
    return end - WalFormat.FRAME_HEADER_BYTES;
  }

  void complete() {
    done.countDown();
  }

  /** Does nothing if the batch is durable already. */
  void fail(Throwable cause) {
    if (done.getCount() > 0) {
      failure = cause;
      done.countDown();
    }
  }

  boolean isDurable() {
    return done.getCount() == 0 && failure == null;
  }

  void await(long index, Duration limit) throws InterruptedException {
    if (!done.await(nanos(limit), TimeUnit.NANOSECONDS)) {
      throw new LogTimeoutException("entry " + index + " is not durable after " + limit);
    }
    Throwable cause = failure;
    if (cause != null) {
      throw new LogFailedException(
          "entry " + index + " was not acknowledged: " + cause.getMessage(),
          cause);
    }
  }

  static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return duration.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }
}

package org.modelledger.receipt;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written, bounded in number and bytes. Room is taken before a model runs and given
 * back when its receipt is durable, so what lies here never outgrows its bounds. Safe for many threads
 * that add and one that takes.
 */
final class Backlog {
  /** What there is to write. */
  record Work(List<Recording> recordings, boolean closing) {}

  private final int maxCount;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition somethingToDo = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Condition progress = lock.newCondition();

  // guarded by lock
  private List<Recording> waiting = new ArrayList<>();
  private final GapLedger gaps = new GapLedger();
  private int count;
  private long bytes;
  private boolean closing;
  private @Nullable Throwable failure;

  Backlog(int maxCount, long maxBytes) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
  }

  /**
   * Takes room for one inference.
   *
   * @return false if there is none in time
   * @throws ReceiptLogException if the log has failed for good
   * @throws IllegalStateException if it is closed
   */
  boolean reserve(long size, Duration wait) throws InterruptedException {
    lock.lock();
    try {
      long nanos = wait.isZero() ? 0 : nanos(wait);
      requireUsable();
      while (isFull(size)) {
        if (nanos <= 0) {
          return false;
        }
        nanos = room.awaitNanos(nanos);
        requireUsable();
      }
      count++;
      bytes += size;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** One thing that is larger than everything that may wait is let in alone. */
  private boolean isFull(long size) {
    return count >= maxCount || (count > 0 && bytes + size > maxBytes);
  }

  private void requireUsable() {
    if (closing) {
      throw new IllegalStateException("the receipt log is closed");
    }
    if (failure != null) {
      throw new ReceiptLogException("the receipt log has failed: " + failure.getMessage(), failure);
    }
  }

  /** Adds what room was reserved for, and notes that it took more of it. */
  void add(Recording recording, long reserved) {
    lock.lock();
    try {
      Throwable cause = failure;
      if (cause != null) {
        release(1, reserved);
        throw new ReceiptLogException("the receipt log has failed: " + cause.getMessage(), cause);
      }
      bytes += recording.bytes() - reserved;
      waiting.add(recording);
      if (waiting.size() == 1) {
        somethingToDo.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Notes that an inference has no receipt. */
  void miss(ReceiptSession session, long sequence, Gap.Reason reason, Instant time) {
    lock.lock();
    try {
      gaps.add(session, sequence, reason, time);
      somethingToDo.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Gives room back; whoever awaits what happened before sees it now. */
  void release(int number, long size) {
    lock.lock();
    try {
      count -= number;
      bytes -= size;
      room.signalAll();
      progress.signalAll();
      if (isFinished()) {
        somethingToDo.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes what there is, at most a limit, waiting for it.
   *
   * @param nanos how long to wait at most, for a writer that has something else to do
   * @param wantsGaps whether gaps alone are worth waking up for
   */
  Work take(int limit, long nanos, boolean wantsGaps) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (waiting.isEmpty() && !(wantsGaps && !gaps.isEmpty()) && !isFinished() && left > 0) {
        left = somethingToDo.awaitNanos(left);
      }
      List<Recording> taken = waiting;
      if (taken.size() <= limit) {
        waiting = new ArrayList<>();
      } else {
        taken = List.copyOf(waiting.subList(0, limit));
        waiting = new ArrayList<>(waiting.subList(limit, waiting.size()));
      }
      return new Work(taken, isFinished());
    } finally {
      lock.unlock();
    }
  }

  /** Closed, and every inference that had room has used it or given it back. */
  private boolean isFinished() {
    return closing && count == 0;
  }

  int count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  List<Gap> takeGaps() {
    lock.lock();
    try {
      return gaps.drain();
    } finally {
      lock.unlock();
    }
  }

  /** Refuses everything from now on; returns what was waiting. */
  List<Recording> fail(Throwable cause) {
    lock.lock();
    try {
      failure = cause;
      List<Recording> left = waiting;
      waiting = new ArrayList<>();
      room.signalAll();
      return left;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closing = true;
      somethingToDo.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something has come true that comes true before {@link #release} is called. */
  boolean awaitUntil(BooleanSupplier condition, Duration timeout) throws InterruptedException {
    long left = nanos(timeout);
    lock.lockInterruptibly();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = progress.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  void awaitUninterruptibly(BooleanSupplier condition) {
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        progress.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private static long nanos(Duration duration) {
    return TimeUnit.NANOSECONDS.convert(duration);
  }
}

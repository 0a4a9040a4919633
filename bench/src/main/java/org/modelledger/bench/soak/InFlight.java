package org.modelledger.bench.soak;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.Appended;

/**
 * What one thread has appended and another one awaits, in order, bounded. Neither takes a lock, so that
 * the figures are those of the log.
 */
final class InFlight {
  private final @Nullable Appended[] entries;
  private final long[] began;
  private final int mask;
  private final int limit;
  private final AtomicLong added = new AtomicLong();
  private final AtomicLong removed = new AtomicLong();
  private volatile @Nullable Thread waitingToAdd;
  private volatile @Nullable Thread waitingToRemove;
  private volatile boolean closed;

  InFlight(int limit) {
    int size = Integer.highestOneBit(Math.max(1, limit - 1)) << 1;
    this.entries = new Appended[size];
    this.began = new long[size];
    this.mask = size - 1;
    this.limit = limit;
  }

  /** Waits for room, so that {@link #add} has it. */
  void awaitRoom() {
    while (added.get() - removed.get() >= limit && !closed) {
      waitingToAdd = Thread.currentThread();
      if (added.get() - removed.get() >= limit && !closed) {
        LockSupport.park(this);
      }
      waitingToAdd = null;
    }
  }

  void add(Appended entry, long nanos) {
    long at = added.get();
    entries[(int) at & mask] = entry;
    began[(int) at & mask] = nanos;
    added.set(at + 1);
    LockSupport.unpark(waitingToRemove);
  }

  /** Returns the oldest one; null when nothing is left and nothing will come. */
  @Nullable
  Appended oldest() {
    long at = removed.get();
    while (added.get() == at) {
      if (closed && added.get() == at) {
        return null;
      }
      waitingToRemove = Thread.currentThread();
      if (added.get() == at && !closed) {
        LockSupport.park(this);
      }
      waitingToRemove = null;
    }
    return entries[(int) at & mask];
  }

  /** Returns when the oldest one was begun. */
  long oldestBegan() {
    return began[(int) removed.get() & mask];
  }

  void removeOldest() {
    long at = removed.get();
    entries[(int) at & mask] = null;
    removed.set(at + 1);
    LockSupport.unpark(waitingToAdd);
  }

  /** Nothing is added any more. */
  void close() {
    closed = true;
    LockSupport.unpark(waitingToAdd);
    LockSupport.unpark(waitingToRemove);
  }
}

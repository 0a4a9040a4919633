package org.modelledger.chain.fabric;

import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.modelledger.chain.support.EventCache;
import org.modelledger.chain.support.Submissions;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;

/** What a client knows: the index of the channel, its newest events, and who waits for what. */
final class Ledger {
  private static final int CACHED_EVENTS = 20_000;

  private final ChannelIndex index;
  private final Submissions submissions;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  // All below belong to the lock.
  private final EventCache cache;
  private long height;

  Ledger(String name, ChannelIndex index) {
    this.index = index;
    this.submissions = new Submissions(name);
    this.height = index.height();
    this.cache = new EventCache(CACHED_EVENTS, height - 1);
  }

  ChannelIndex index() {
    return index;
  }

  Submissions submissions() {
    return submissions;
  }

  /** Takes the next block, after which reads show what is in it. */
  List<Indexed> add(ChannelBlock block) {
    List<Indexed> added = index.add(block);
    lock.lock();
    try {
      added.forEach(indexed -> indexed.event().ifPresent(cache::add));
      cache.trim();
      height = block.number() + 1;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    return added;
  }

  /** Returns events after a position, in order; fewer than the limit only at the end. */
  List<LedgerEvent> events(LedgerPosition after, int limit) {
    lock.lock();
    try {
      if (cache.covers(after)) {
        return cache.after(after, limit);
      }
    } finally {
      lock.unlock();
    }
    return index.events(after, limit);
  }

  /** The number of blocks that reads show. */
  long height() {
    lock.lock();
    try {
      return height;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until reads show more than so many blocks.
   *
   * @return the nanoseconds that are left
   */
  long awaitMoreThan(long blocks, long nanos, BooleanSupplier isEnded)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (nanos > 0 && height <= blocks && !submissions.isClosed() && !isEnded.getAsBoolean()) {
        nanos = moved.awaitNanos(nanos);
      }
      return nanos;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until reads show so many blocks, as long as more come; false if none came in time. */
  boolean awaitHeight(long blocks, long nanosBetween) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanosBetween;
      long seen = height;
      while (height < blocks) {
        if (left <= 0 || submissions.isClosed()) {
          return false;
        }
        left = moved.awaitNanos(left);
        if (height > seen) {
          seen = height;
          left = nanosBetween;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something that the index tells is so, or the time is over; looks after each block. */
  boolean await(BooleanSupplier isSo, long nanos) {
    boolean interrupted = false;
    lock.lock();
    try {
      long left = nanos;
      while (!isSo.getAsBoolean()) {
        if (left <= 0 || submissions.isClosed()) {
          return false;
        }
        try {
          left = moved.awaitNanos(left);
        } catch (InterruptedException e) {
          interrupted = true;
          return false;
        }
      }
      return true;
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void wakeAll() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends everything: what the client knows is not so. */
  void fail(RuntimeException reason) {
    submissions.fail(reason);
    wakeAll();
  }

  /** Returns false if it was closed before. */
  boolean close() {
    boolean first = submissions.close();
    wakeAll();
    return first;
  }
}

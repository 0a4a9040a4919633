package org.modelledger.chain.ethereum;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.modelledger.chain.support.EventCache;
import org.modelledger.chain.support.Submissions;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;

/** What a client knows: where the final chain ends, its newest events, and who waits for what. */
final class Ledger {
  private static final int CACHED_EVENTS = 20_000;

  private final Submissions submissions;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition moved = lock.newCondition();
  // All below belong to the lock.
  private final EventCache cache;
  private Block end;

  Ledger(String name, Block end) {
    this.submissions = new Submissions(name);
    this.end = end;
    this.cache = new EventCache(CACHED_EVENTS, end.number());
  }

  /** Events after a position, and the position up to which there are no others. */
  record Page(List<LedgerEvent> events, LedgerPosition reached) {}

  Block end() {
    lock.lock();
    try {
      return end;
    } finally {
      lock.unlock();
    }
  }

  /** Who waits for what; to be settled after {@link #advance}. */
  Submissions submissions() {
    return submissions;
  }

  void requireOpen() {
    submissions.requireOpen();
  }

  /** Moves the end of the final chain; events are read from then on. */
  void advance(Block newEnd, List<LedgerEvent> events) {
    lock.lock();
    try {
      events.forEach(cache::add);
      cache.trim();
      end = newEnd;
      moved.signalAll();
      if (!events.isEmpty()) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns what the cache has after a position, or empty if older events are needed. */
  Optional<Page> cached(LedgerPosition after, int limit) {
    lock.lock();
    try {
      if (!cache.covers(after)) {
        return Optional.empty();
      }
      List<LedgerEvent> events = cache.after(after, limit);
      LedgerPosition reached = events.size() == limit
          ? events.get(limit - 1).header().position()
          : later(after, new LedgerPosition(end.number(), Integer.MAX_VALUE));
      return Optional.of(new Page(events, reached));
    } finally {
      lock.unlock();
    }
  }

  private static LedgerPosition later(LedgerPosition one, LedgerPosition other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** The block after which the cache has every event. */
  long cachedAfter() {
    lock.lock();
    try {
      return cache.after();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there may be events after a position.
   *
   * @return the nanoseconds that are left
   */
  long awaitAfter(LedgerPosition position, long nanos, BooleanSupplier isEnded)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (nanos > 0 && !submissions.isClosed() && !isEnded.getAsBoolean()
          && (!cache.covers(position) || cache.after(position, 1).isEmpty())) {
        nanos = changed.awaitNanos(nanos);
      }
      return nanos;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a later block is the last final one; returns whether one is. */
  boolean awaitEndAfter(long number, long nanos) {
    lock.lock();
    try {
      while (end.number() <= number && nanos > 0 && !submissions.isClosed()) {
        nanos = moved.awaitNanos(nanos);
      }
      return end.number() > number;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  void wakeAll() {
    lock.lock();
    try {
      changed.signalAll();
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends everything: what the client knows is not so. */
  void fail(RuntimeException reason) {
    submissions.fail(() -> reason instanceof ChainReorganizedException
        ? new ChainReorganizedException(String.valueOf(reason.getMessage()))
        : reason);
    wakeAll();
  }

  /** Returns false if it was closed before. */
  boolean close() {
    boolean isFirst = submissions.close();
    wakeAll();
    return isFirst;
  }
}

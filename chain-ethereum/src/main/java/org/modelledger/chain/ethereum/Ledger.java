package org.modelledger.chain.ethereum;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.SubmissionId;

/** What a client knows: where the final chain ends, its newest events, and who waits for what. */
final class Ledger {
  private static final int CACHED_EVENTS = 20_000;

  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition moved = lock.newCondition();
  // All below belong to the lock.
  private final EventCache cache;
  private final Map<SubmissionId, EthereumSubmission<?>> waiting = new HashMap<>();
  private Block end;
  private boolean closed;
  private @Nullable RuntimeException failure;
  private @Nullable ModelLedgerException readTrouble;
  private @Nullable ModelLedgerException sendTrouble;

  Ledger(String name, Block end) {
    this.name = name;
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

  void requireOpen() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the registry on " + name + " is closed");
      }
      if (failure != null) {
        throw rethrown(failure);
      }
    } finally {
      lock.unlock();
    }
  }

  private static RuntimeException rethrown(RuntimeException failure) {
    return failure instanceof ChainReorganizedException
        ? new ChainReorganizedException(String.valueOf(failure.getMessage()))
        : failure;
  }

  /** What is in the way of commands now, if anything is. */
  Optional<Throwable> trouble() {
    lock.lock();
    try {
      if (failure != null) {
        return Optional.of(failure);
      }
      return Optional.ofNullable(sendTrouble != null ? sendTrouble : readTrouble);
    } finally {
      lock.unlock();
    }
  }

  void readTrouble(@Nullable ModelLedgerException trouble) {
    lock.lock();
    try {
      readTrouble = trouble;
    } finally {
      lock.unlock();
    }
  }

  void sendTrouble(@Nullable ModelLedgerException trouble) {
    lock.lock();
    try {
      sendTrouble = trouble;
    } finally {
      lock.unlock();
    }
  }

  /** Adds one who waits, or returns the one that waits under this id already. */
  Optional<EthereumSubmission<?>> addIfAbsent(EthereumSubmission<?> submission) {
    lock.lock();
    try {
      EthereumSubmission<?> other = waiting.putIfAbsent(submission.id(), submission);
      if (other == null && (closed || failure != null)) {
        waiting.remove(submission.id());
        requireOpen();
      }
      return Optional.ofNullable(other);
    } finally {
      lock.unlock();
    }
  }

  Optional<EthereumSubmission<?>> waiting(SubmissionId id) {
    lock.lock();
    try {
      return Optional.ofNullable(waiting.get(id));
    } finally {
      lock.unlock();
    }
  }

  void remove(SubmissionId id) {
    lock.lock();
    try {
      waiting.remove(id);
    } finally {
      lock.unlock();
    }
  }

  boolean isAnyoneWaiting() {
    lock.lock();
    try {
      return !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
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

  /** Ends the wait for a submission; to be called after {@link #advance}. */
  void settle(Recorded recorded) {
    EthereumSubmission<?> submission;
    lock.lock();
    try {
      submission = waiting.remove(recorded.id());
    } finally {
      lock.unlock();
    }
    if (submission != null) {
      var unused = submission.settle(recorded);
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
      while (nanos > 0 && !closed && failure == null && !isEnded.getAsBoolean()
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
      while (end.number() <= number && nanos > 0 && !closed && failure == null) {
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
    } finally {
      lock.unlock();
    }
  }

  /** Wakes everybody and returns the submissions that are left to be told; belongs to the lock. */
  private List<EthereumSubmission<?>> endWaits() {
    List<EthereumSubmission<?>> left = new ArrayList<>(waiting.values());
    waiting.clear();
    changed.signalAll();
    moved.signalAll();
    return left;
  }

  /** Ends everything: what the client knows is not so. */
  void fail(RuntimeException reason) {
    List<EthereumSubmission<?>> left;
    lock.lock();
    try {
      failure = reason;
      left = endWaits();
    } finally {
      lock.unlock();
    }
    ModelLedgerException cause = reason instanceof ModelLedgerException e ? e : null;
    left.forEach(submission -> submission.leave(cause, String.valueOf(reason.getMessage())));
  }

  /** Returns false if it was closed before. */
  boolean close() {
    List<EthereumSubmission<?>> left;
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      closed = true;
      left = endWaits();
    } finally {
      lock.unlock();
    }
    left.forEach(
        submission -> submission.leave(null, "the registry was closed before it was final"));
    return true;
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed || failure != null;
    } finally {
      lock.unlock();
    }
  }
}

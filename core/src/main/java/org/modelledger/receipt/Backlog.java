package org.modelledger.receipt;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written, bounded in number and bytes. Room is taken before a model runs and given
 * back when its receipt is durable, so what lies here never outgrows its bounds. Safe for many threads
 * that add and one that takes.
 *
 * <p>Taking room and adding use no lock, so a thread that runs models never waits for another one here,
 * unless it chose to wait for room. Near the bound, one that asks for much and is refused can make one
 * that asks for little at the same moment be refused, too.
 */
final class Backlog {
  /** What there is to write. */
  record Work(List<Recording> recordings, boolean closing) {}

  private static final int CLOSED = 1;
  private static final int ONE = 2;

  private static final int AWAKE = 0;
  private static final int NAPPING = 1;
  private static final int ASLEEP = 2;
  /** Waking a thread takes a system call, longer than all else that a caller does. */
  private static final long SHORTEST_NAP_NANOS = 200_000;
  private static final long NAPPING_NANOS = 10_000_000;
  /** What is worth to be written at once, whoever waits; less where the bounds are narrow. */
  private static final int MUCH = 1024;
  private static final long MUCH_BYTES = 4 << 20;

  private final int maxCount;
  private final long maxBytes;
  private final long lingerNanos;
  private final long napNanos;
  private final long nappingNanos;
  private final int much;
  private final long muchBytes;
  /** Twice the number of inferences that have room, and one when it is closed. */
  private final AtomicInteger state = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  /** The newest, linked to those before it. */
  private final AtomicReference<@Nullable Recording> newest = new AtomicReference<>();
  private final AtomicInteger sleep = new AtomicInteger(AWAKE);
  /** Somebody waits for what was added before this was set. */
  private volatile boolean hurried;
  private volatile @Nullable Thread taker;
  private volatile @Nullable Throwable failure;

  /** What was taken from the chain and not yet handed out, oldest first; the taker's own. */
  private @Nullable Recording oldest;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  private final AtomicInteger waiters = new AtomicInteger();
  // guarded by lock
  private final GapLedger gaps = new GapLedger();
  private volatile boolean hasGaps;

  /** @param linger how long what nobody waits for may lie here, so that more of it is written at once */
  Backlog(int maxCount, long maxBytes, Duration linger) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
    this.lingerNanos = TimeUnit.NANOSECONDS.convert(linger);
    this.napNanos = Math.max(SHORTEST_NAP_NANOS, lingerNanos);
    this.nappingNanos = Math.max(NAPPING_NANOS, 2 * napNanos);
    this.much = Math.clamp(maxCount / 2, 1, MUCH);
    this.muchBytes = Math.clamp(maxBytes / 2, 1, MUCH_BYTES);
  }

  /**
   * Takes room for one inference.
   *
   * @return false if there is none in time
   * @throws ReceiptLogException if the log has failed for good
   * @throws IllegalStateException if it is closed
   */
  boolean reserve(long size, Duration wait) throws InterruptedException {
    if (tryReserve(size)) {
      return true;
    }
    signal(); // what was taken for a moment may have kept out one who waits
    hurry();
    return !wait.isZero() && await(() -> tryReserve(size), wait);
  }

  /** One thing that is larger than everything that may wait is let in alone. */
  private boolean tryReserve(long size) {
    int before = state.getAndAdd(ONE);
    Throwable cause = failure;
    if ((before & CLOSED) != 0 || cause != null) {
      backOut(0);
      if (cause != null) {
        throw new ReceiptLogException("the receipt log has failed: " + cause.getMessage(), cause);
      }
      throw new IllegalStateException("the receipt log is closed");
    }
    int count = before / ONE;
    long others = bytes.getAndAdd(size);
    if (count < maxCount && (count == 0 || others + size <= maxBytes)) {
      return true;
    }
    backOut(size);
    return false;
  }

  private void backOut(long size) {
    var unused = bytes.addAndGet(-size);
    if (state.addAndGet(-ONE) == CLOSED) {
      wakeTaker();
    }
  }

  /** Adds what room was reserved for, and notes that it took more of it. */
  void add(Recording recording, long reserved) {
    Throwable cause = failure;
    if (cause != null) {
      release(1, reserved);
      throw new ReceiptLogException("the receipt log has failed: " + cause.getMessage(), cause);
    }
    var unused = bytes.addAndGet(recording.bytes() - reserved);
    Recording before;
    do {
      before = newest.get();
      recording.link = before;
    } while (!newest.compareAndSet(before, recording));
    int sleeps = sleep.get();
    if (sleeps == ASLEEP || (sleeps == NAPPING && isMuch())) { // one who naps looks by itself
      wakeTaker();
    }
  }

  /** Notes that an inference has no receipt. */
  void miss(ReceiptSession session, long sequence, Gap.Reason reason, Instant time) {
    lock.lock();
    try {
      gaps.add(session, sequence, reason, time);
      hasGaps = true;
    } finally {
      lock.unlock();
    }
    wakeTaker();
  }

  /** Takes gaps back that could not be written. */
  void giveBack(List<Gap> unwritten) {
    lock.lock();
    try {
      gaps.addAll(unwritten);
      hasGaps = !gaps.isEmpty();
    } finally {
      lock.unlock();
    }
    wakeTaker();
  }

  List<Gap> takeGaps() {
    if (!hasGaps) {
      return List.of();
    }
    lock.lock();
    try {
      hasGaps = false;
      return gaps.drain();
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many inferences have room. */
  int count() {
    return state.get() / ONE;
  }

  /** Returns how many bytes those have. */
  long bytes() {
    return bytes.get();
  }

  /** Gives room back. */
  void release(int number, long size) {
    var unused = bytes.addAndGet(-size);
    int after = state.addAndGet(-number * ONE);
    signal();
    if (after == CLOSED) {
      wakeTaker();
    }
  }

  private boolean isMuch() {
    return count() >= much || bytes.get() >= muchBytes;
  }

  /** Lets what was added until now be taken at once, because somebody waits for it. */
  void hurry() {
    hurried = true;
    wakeTaker();
  }

  /** Lets the thread that takes look at once. */
  void wakeTaker() {
    // first what there is to see, then this look; the taker does it the other way round
    if (sleep.get() != AWAKE && sleep.getAndSet(AWAKE) != AWAKE) {
      LockSupport.unpark(taker);
    }
  }

  /**
   * Takes the oldest ones there are, at least one, waiting for it: for a while by looking now and then,
   * so that callers need not wake this thread, then asleep. What comes is left to gather for as long as
   * it may, unless it is due.
   *
   * @param limit the greatest number
   * @param limitBytes stops before what goes beyond
   * @param wantsGaps whether gaps alone are worth returning for; asked when there is nothing else
   */
  Work take(int limit, long limitBytes, BooleanSupplier wantsGaps) throws InterruptedException {
    taker = Thread.currentThread();
    long since = System.nanoTime();
    boolean rested = lingerNanos == 0;
    while (!isReady(rested, wantsGaps)) {
      boolean naps = hasWork(wantsGaps) || System.nanoTime() - since < nappingNanos;
      sleep.set(naps ? NAPPING : ASLEEP);
      if (!isReady(rested, wantsGaps)) {
        if (naps) {
          LockSupport.parkNanos(this, napNanos);
          rested = true;
        } else if (!hasWork(wantsGaps)) {
          LockSupport.park(this);
        }
      }
      sleep.set(AWAKE);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    hurried = false; // first this, then the look at what there is; who hurries does it the other way round
    List<Recording> taken = new ArrayList<>();
    long size = 0;
    for (Recording next = next(); next != null && taken.size() < limit; next = next()) {
      size += next.bytes();
      if (!taken.isEmpty() && size > limitBytes) {
        break;
      }
      taken.add(next);
      oldest = next.link;
      next.link = null; // what is done must not hold what came after it in memory
    }
    return new Work(taken, taken.isEmpty() && isFinished());
  }

  private boolean isReady(boolean rested, BooleanSupplier wantsGaps) {
    return isFinished() || (hasWork(wantsGaps) && (rested || isDue()));
  }

  /** Somebody waits, or there is much, or a rest of what was taken before, or nothing more may come. */
  private boolean isDue() {
    return hurried || oldest != null || isMuch() || (state.get() & CLOSED) != 0;
  }

  private boolean hasWork(BooleanSupplier wantsGaps) {
    return oldest != null || newest.get() != null || (hasGaps && wantsGaps.getAsBoolean());
  }

  /** Returns the oldest one without taking it; turns the chain of the newer ones round when it is due. */
  private @Nullable Recording next() {
    if (oldest == null) {
      Recording newer = newest.getAndSet(null);
      while (newer != null) {
        Recording before = newer.link;
        newer.link = oldest;
        oldest = newer;
        newer = before;
      }
    }
    return oldest;
  }

  /** Closed, and every inference that had room has used it or given it back. */
  private boolean isFinished() {
    return state.get() == CLOSED;
  }

  /** Refuses everything from now on; what waits is to be taken. */
  void fail(Throwable cause) {
    failure = cause;
    signal();
  }

  void close() {
    var unused = state.updateAndGet(value -> value | CLOSED);
    signal();
    wakeTaker();
  }

  /** Lets those who wait see what has changed. */
  void signal() {
    if (waiters.get() == 0) {
      return;
    }
    lock.lock();
    try {
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something has come true that comes true before {@link #signal} is called. */
  private boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.convert(timeout);
    lock.lockInterruptibly();
    var unused = waiters.incrementAndGet(); // first this, then the look; release() the other way
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = progress.awaitNanos(left);
      }
      return true;
    } finally {
      unused = waiters.decrementAndGet();
      lock.unlock();
    }
  }

  void awaitUninterruptibly(BooleanSupplier condition) {
    lock.lock();
    var unused = waiters.incrementAndGet();
    try {
      while (!condition.getAsBoolean()) {
        progress.awaitUninterruptibly();
      }
    } finally {
      unused = waiters.decrementAndGet();
      lock.unlock();
    }
  }
}

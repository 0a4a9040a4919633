package org.modelledger.fabric.devpeer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What can be made to go wrong in a {@link DevPeer}, for tests of clients and of chaincode. Safe for many threads. */
public final class Faults {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private final AtomicInteger conflicts = new AtomicInteger();
  private final AtomicInteger lostSubmits = new AtomicInteger();
  private final AtomicInteger lostAnswers = new AtomicInteger();
  private boolean held;

  Faults() {}

  /**
   * Lets no block be committed until {@link #releaseBlocks}. Transactions are accepted meanwhile; what has come until
   * then is in one block if the limits of a block allow it.
   */
  public void holdBlocks() {
    hold(true);
  }

  /** Ends {@link #holdBlocks}. */
  public void releaseBlocks() {
    hold(false);
  }

  /** Lets the next transactions that have read something fail as if another one had written it: MVCC_READ_CONFLICT. */
  public void conflict(int transactions) {
    conflicts.set(transactions);
  }

  /** Answers the next submits with UNAVAILABLE and orders nothing. */
  public void loseSubmits(int submits) {
    lostSubmits.set(submits);
  }

  /** Answers the next submits with UNAVAILABLE although it orders the transactions. */
  public void loseSubmitAnswers(int submits) {
    lostAnswers.set(submits);
  }

  boolean takeConflict() {
    return take(conflicts);
  }

  boolean takeSubmit() {
    return take(lostSubmits);
  }

  boolean takeSubmitAnswer() {
    return take(lostAnswers);
  }

  /** Waits while blocks are held; says whether it had to. */
  boolean awaitBlocks() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      boolean waited = held;
      while (held) {
        released.await();
      }
      return waited;
    } finally {
      lock.unlock();
    }
  }

  private void hold(boolean now) {
    lock.lock();
    try {
      held = now;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static boolean take(AtomicInteger left) {
    return left.getAndUpdate(count -> count > 0 ? count - 1 : 0) > 0;
  }
}

package org.modelledger.receipt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.TlogProof;

/**
 * A receipt on its way into the log. May be dropped: the receipt is written all the same. Safe for use
 * by several threads.
 */
public final class PendingReceipt {
  private static final VarHandle STATE = state();

  /** How it ended. */
  sealed interface Outcome {
    record Logged(LoggedReceipt receipt) implements Outcome {}

    record Failed(Throwable cause) implements Outcome {}

    record Missing(Gap.Reason reason) implements Outcome {}
  }

  /** A thread that waits, and those that waited before it. */
  private record Waiter(Thread thread, @Nullable Waiter before) {}

  private final ReceiptLog log;
  private final SessionId session;
  private final long sequence;
  /** An {@link Outcome}, or the newest {@link Waiter}, or nothing yet. */
  private volatile @Nullable Object state;

  PendingReceipt(ReceiptLog log, SessionId session, long sequence) {
    this.log = log;
    this.session = session;
    this.sequence = sequence;
  }

  private static VarHandle state() {
    try {
      return MethodHandles.lookup().findVarHandle(PendingReceipt.class, "state", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Returns the session in which the inference happened. */
  public SessionId session() {
    return session;
  }

  /** Returns the number of the inference in its session, from 0. */
  public long sequence() {
    return sequence;
  }

  /**
   * Returns when the receipt, and the evidence to it, is on the disk: it will be there after a crash.
   *
   * @param timeout how long to wait at most; zero or less looks once
   * @throws ReceiptPendingException if the time ran out; await it again
   * @throws ReceiptMissingException if there will be none; see there
   * @throws ReceiptLogException if the log failed; it may be there or not when it is opened again
   * @throws InterruptedException if interrupted; the receipt is on its way all the same
   */
  public LoggedReceipt await(Duration timeout) throws InterruptedException {
    if (state instanceof Outcome outcome) {
      return result(outcome);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    log.hurry();
    return result(park(timeout));
  }

  private Outcome park(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
    Waiter mine = null;
    while (true) {
      Object seen = state;
      if (seen instanceof Outcome outcome) {
        return outcome;
      }
      long left = deadline - System.nanoTime();
      if (timeout.isNegative() || left <= 0) {
        leave(mine);
        throw new ReceiptPendingException(this + " is not durable after " + timeout);
      }
      if (mine == null) {
        Waiter waiter = new Waiter(Thread.currentThread(), (Waiter) seen);
        mine = STATE.compareAndSet(this, seen, waiter) ? waiter : null;
        continue;
      }
      LockSupport.parkNanos(this, left);
      if (Thread.interrupted()) {
        leave(mine);
        throw new InterruptedException();
      }
    }
  }

  /** Takes a waiter away again if nobody came after; otherwise it is woken for nothing, once. */
  private void leave(@Nullable Waiter mine) {
    if (mine != null) {
      var unused = STATE.compareAndSet(this, mine, mine.before());
    }
  }

  /**
   * Looks without waiting.
   *
   * @return the receipt once it is durable, empty before
   * @throws ReceiptMissingException if there will be none
   * @throws ReceiptLogException if the log failed
   */
  public Optional<LoggedReceipt> poll() {
    return state instanceof Outcome outcome ? Optional.of(result(outcome)) : Optional.empty();
  }

  /**
   * Returns the proof that the receipt is in the log, for {@code *.tlog-proof} files. Waits until it
   * is durable and makes a checkpoint unless one covers it already: a signature, so ask for many
   * proofs after {@link ReceiptLog#publish()} rather than for each as it comes.
   *
   * @param timeout how long to wait at most until it is durable
   * @throws ReceiptPendingException if the time ran out; ask again
   * @throws ReceiptMissingException if there is no receipt
   * @throws ReceiptLogException if the log failed
   * @throws InterruptedException if interrupted
   */
  public TlogProof proof(Duration timeout) throws InterruptedException {
    return log.proof(await(timeout).index());
  }

  /** Says how it ended; once. */
  void complete(Outcome outcome) {
    Object waiting = STATE.getAndSet(this, outcome);
    while (waiting instanceof Waiter waiter) {
      LockSupport.unpark(waiter.thread());
      waiting = waiter.before();
    }
  }

  private LoggedReceipt result(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Logged(LoggedReceipt receipt) -> receipt;
      case Outcome.Failed(Throwable cause) -> throw new ReceiptLogException(
          this + " was not acknowledged: " + cause.getMessage(), cause);
      case Outcome.Missing(Gap.Reason reason) -> throw new ReceiptMissingException(
          this + " does not exist (" + reason.word() + "); the log has a gap in its place");
    };
  }

  @Override
  public String toString() {
    return "receipt " + sequence + " of session " + session;
  }
}

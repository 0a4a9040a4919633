package org.modelledger.receipt;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.TlogProof;

/**
 * A receipt on its way into the log. May be dropped: the receipt is written all the same. Safe for use
 * by several threads.
 */
public final class PendingReceipt {
  /** How it ended. */
  sealed interface Outcome {
    record Logged(LoggedReceipt receipt) implements Outcome {}

    record Failed(Throwable cause) implements Outcome {}

    record Missing(Gap.Reason reason) implements Outcome {}
  }

  private final ReceiptLog log;
  private final SessionId session;
  private final long sequence;
  private volatile @Nullable Outcome outcome;

  PendingReceipt(ReceiptLog log, SessionId session, long sequence) {
    this.log = log;
    this.session = session;
    this.sequence = sequence;
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
    if (outcome == null && !log.awaitUntil(() -> outcome != null, timeout)) {
      throw new ReceiptPendingException(this + " is not durable after " + timeout);
    }
    return result();
  }

  /**
   * Looks without waiting.
   *
   * @return the receipt once it is durable, empty before
   * @throws ReceiptMissingException if there will be none
   * @throws ReceiptLogException if the log failed
   */
  public Optional<LoggedReceipt> poll() {
    return outcome == null ? Optional.empty() : Optional.of(result());
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

  boolean isDone() {
    return outcome != null;
  }

  void complete(Outcome result) {
    outcome = result;
  }

  private LoggedReceipt result() {
    return switch (Objects.requireNonNull(outcome)) {
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

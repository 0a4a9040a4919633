package org.modelledger.chain.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;

/**
 * Who waits for what in a client of a chain, and whether the client is open. Whoever waits here is told:
 * by {@link #settle}, or by {@link #fail} or {@link #close}, after which nobody is added any more. Only
 * {@link #remove} leaves that to its caller.
 *
 * <p>Safe for use by several threads. Nobody is told under its lock, and it calls nothing of the
 * caller's under it, so that the caller may hold a lock of its own.
 */
public final class Submissions {
  private final String registry;
  private final ReentrantLock lock = new ReentrantLock();
  // All below belong to the lock.
  private final Map<SubmissionId, PendingSubmission<?>> waiting = new HashMap<>();
  private boolean closed;
  private @Nullable Supplier<? extends RuntimeException> failure;

  private volatile @Nullable ModelLedgerException readTrouble;
  private volatile @Nullable ModelLedgerException sendTrouble;

  /**
   * Makes one that is open and in which nobody waits.
   *
   * @param registry which registry it is, for messages: what follows "the registry on"
   */
  public Submissions(String registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  /**
   * Adds one who waits, unless one waits under its id already.
   *
   * @return the one that waits already; empty if this one does now
   * @throws IllegalStateException once it is closed; it was not added
   * @throws RuntimeException the failure, once it has failed; it was not added
   */
  public Optional<PendingSubmission<?>> addIfAbsent(PendingSubmission<?> submission) {
    Supplier<? extends RuntimeException> reason;
    lock.lock();
    try {
      reason = whyNotOpen();
      if (reason == null) {
        return Optional.ofNullable(waiting.putIfAbsent(submission.id(), submission));
      }
    } finally {
      lock.unlock();
    }
    throw reason.get();
  }

  /** Returns the one that waits under an id. */
  public Optional<PendingSubmission<?>> waiting(SubmissionId id) {
    lock.lock();
    try {
      return Optional.ofNullable(waiting.get(id));
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the one that waits under an id, if one does; the caller tells it. */
  public void remove(SubmissionId id) {
    lock.lock();
    try {
      waiting.remove(id);
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the outcome of any submission is waited for. */
  public boolean isAnyoneWaiting() {
    lock.lock();
    try {
      return !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the wait for a submission, if one waits for it. To be called when reads show the outcome
   * already.
   */
  public void settle(Recorded recorded) {
    PendingSubmission<?> submission;
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

  /**
   * Checks that it is open.
   *
   * @throws IllegalStateException once it is closed
   * @throws RuntimeException the failure, once it has failed
   */
  public void requireOpen() {
    Supplier<? extends RuntimeException> reason;
    lock.lock();
    try {
      reason = whyNotOpen();
    } finally {
      lock.unlock();
    }
    if (reason != null) {
      throw reason.get();
    }
  }

  /** Belongs to the lock. */
  private @Nullable Supplier<? extends RuntimeException> whyNotOpen() {
    return closed
        ? () -> new IllegalStateException("the registry on " + registry + " is closed")
        : failure;
  }

  /** Returns why it has failed, if it has. */
  public Optional<RuntimeException> failure() {
    Supplier<? extends RuntimeException> reason;
    lock.lock();
    try {
      reason = failure;
    } finally {
      lock.unlock();
    }
    return Optional.ofNullable(reason).map(Supplier::get);
  }

  /** Notes what is in the way of reading the chain; null if nothing is any more. */
  public void readTrouble(@Nullable ModelLedgerException trouble) {
    readTrouble = trouble;
  }

  /** Notes what is in the way of sending commands; null if nothing is any more. */
  public void sendTrouble(@Nullable ModelLedgerException trouble) {
    sendTrouble = trouble;
  }

  /** Returns what is in the way of commands now, if anything is: the failure, or else the trouble. */
  public Optional<Throwable> trouble() {
    Optional<RuntimeException> failed = failure();
    if (failed.isPresent()) {
      return Optional.of(failed.get());
    }
    ModelLedgerException sending = sendTrouble;
    return Optional.ofNullable(sending != null ? sending : readTrouble);
  }

  /**
   * Returns a submission that is known under an id as that of a command.
   *
   * @throws IllegalArgumentException if it is that of another command
   */
  @SuppressWarnings("unchecked") // the commands are equal, and so their events are of one class
  public static <E extends LedgerEvent> Submission<E> sameCommand(Submission<?> known,
      Command<E> command) {
    if (!known.command().equals(command)) {
      throw new IllegalArgumentException("submission id " + known.id() + " was used for "
          + known.command() + " and cannot be used for " + command);
    }
    return (Submission<E>) known;
  }

  /**
   * Ends everything: what the client knows is not so, and it cannot go on. The first failure counts.
   * The waits end with {@link org.modelledger.registry.OutcomeUnknownException}.
   *
   * @param reason thrown by {@link #requireOpen} from now on
   */
  public void fail(RuntimeException reason) {
    Objects.requireNonNull(reason, "reason");
    fail(() -> reason);
  }

  /**
   * Ends everything, as {@link #fail(RuntimeException)} does.
   *
   * @param reason makes the exception anew for each who gets it; called by any thread
   */
  public void fail(Supplier<? extends RuntimeException> reason) {
    Objects.requireNonNull(reason, "reason");
    List<PendingSubmission<?>> left;
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
      left = endWaits();
    } finally {
      lock.unlock();
    }
    for (PendingSubmission<?> submission : left) {
      RuntimeException why = reason.get();
      submission.leave(why instanceof ModelLedgerException e ? e : null,
          String.valueOf(why.getMessage()));
    }
  }

  /**
   * Ends everything. The waits end with {@link org.modelledger.registry.OutcomeUnknownException}: what
   * was submitted goes on without this client.
   *
   * @return false if it was closed before
   */
  public boolean close() {
    List<PendingSubmission<?>> left;
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

  /** Returns whether it takes nobody any more: it was closed or has failed. */
  public boolean isClosed() {
    lock.lock();
    try {
      return closed || failure != null;
    } finally {
      lock.unlock();
    }
  }

  /** Returns those that are left to be told; belongs to the lock. */
  private List<PendingSubmission<?>> endWaits() {
    List<PendingSubmission<?>> left = new ArrayList<>(waiting.values());
    waiting.clear();
    return left;
  }
}

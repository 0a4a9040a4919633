package org.modelledger.chain.support;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.OutcomeUnknownException;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;

/**
 * A command that is final or on its way to a remote chain. Whoever follows the chain ends it, by one
 * of {@link #settle}, {@link #fail} and {@link #leave}; while nobody does, whoever awaits it is told
 * at the end of their time what is in the way.
 *
 * @param <E> the event that the command leaves when it is accepted
 */
public final class PendingSubmission<E extends LedgerEvent> implements Submission<E> {
  private final SubmissionId id;
  private final Command<E> command;
  private final Supplier<Optional<Throwable>> trouble;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Recorded outcome;
  private volatile @Nullable Supplier<RuntimeException> failure;

  /**
   * Makes one that nobody ended yet.
   *
   * @param id under which the command was submitted
   * @param command the command
   * @param trouble what is in the way of commands now; called by any thread
   */
  public PendingSubmission(SubmissionId id, Command<E> command,
      Supplier<Optional<Throwable>> trouble) {
    this.id = Objects.requireNonNull(id, "id");
    this.command = Objects.requireNonNull(command, "command");
    this.trouble = Objects.requireNonNull(trouble, "trouble");
  }

  /**
   * Ends it with what the chain has under its id, also after {@link #leave}: then it is not unknown any
   * more.
   *
   * @return false if that is another command, which the caller could not know when it submitted:
   *     awaiting it throws an {@link IllegalArgumentException} that says so
   */
  public boolean settle(Recorded recorded) {
    boolean isThis = recorded.command().equals(command);
    if (isThis) {
      outcome = recorded;
    } else {
      failure = () -> new IllegalArgumentException("submission id " + id + " was used for "
          + recorded.command() + " and cannot be used for " + command);
    }
    done.countDown();
    return isThis;
  }

  /**
   * Ends it without an outcome; does nothing if it was ended before.
   *
   * @param reason makes anew what each call of {@link #await} throws
   */
  public void fail(Supplier<RuntimeException> reason) {
    Objects.requireNonNull(reason, "reason");
    if (done.getCount() > 0) {
      failure = reason;
      done.countDown();
    }
  }

  /**
   * Ends it as unknown: it goes on without whoever followed the chain for it. Does nothing if it was
   * ended before.
   *
   * @param cause why, if there is an exception that tells
   * @param why the same in words
   */
  public void leave(@Nullable ModelLedgerException cause, String why) {
    fail(() -> new OutcomeUnknownException(command + ": " + why, id, cause));
  }

  @Override
  public SubmissionId id() {
    return id;
  }

  @Override
  public Command<E> command() {
    return command;
  }

  @Override
  public E await(Duration timeout) throws InterruptedException {
    Objects.requireNonNull(timeout, "timeout");
    if (!done.await(Nanos.of(timeout), TimeUnit.NANOSECONDS)) {
      Optional<Throwable> cause = trouble.get();
      throw new OutcomeUnknownException(command + " is not final after " + timeout
          + cause.map(t -> "; " + t.getMessage()).orElse(""), id, cause.orElse(null));
    }
    return outcome();
  }

  @Override
  public Optional<E> poll() {
    if (done.getCount() > 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(outcome());
    } catch (OutcomeUnknownException e) {
      return Optional.empty();
    }
  }

  private E outcome() {
    Recorded recorded = outcome;
    if (recorded instanceof Recorded.Accepted accepted) {
      return command.eventType().cast(accepted.event());
    }
    if (recorded instanceof Recorded.Refused refused) {
      throw refused.exception();
    }
    throw Objects.requireNonNull(failure, "failure").get();
  }

  @Override
  public String toString() {
    return "Submission[" + id + ", " + command + "]";
  }
}

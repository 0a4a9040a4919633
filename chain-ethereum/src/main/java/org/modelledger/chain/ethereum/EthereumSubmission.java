package org.modelledger.chain.ethereum;

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

/** A command that is final or on its way. */
final class EthereumSubmission<E extends LedgerEvent> implements Submission<E> {
  private final SubmissionId id;
  private final Command<E> command;
  private final Supplier<Optional<Throwable>> trouble;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Recorded outcome;
  private volatile @Nullable Supplier<RuntimeException> failure;

  /** @param trouble what is in the way of commands now */
  EthereumSubmission(SubmissionId id, Command<E> command, Supplier<Optional<Throwable>> trouble) {
    this.id = id;
    this.command = command;
    this.trouble = trouble;
  }

  /**
   * Ends it with what the ledger has under its id.
   *
   * @return false if that is another command, which the caller could not know when it submitted
   */
  boolean settle(Recorded recorded) {
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

  /** Ends it without an outcome. */
  void fail(Supplier<RuntimeException> reason) {
    if (done.getCount() > 0) {
      failure = reason;
      done.countDown();
    }
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

  /** It goes on without this registry. */
  void leave(@Nullable ModelLedgerException cause, String why) {
    fail(() -> new OutcomeUnknownException(command + ": " + why, id, cause));
  }

  @Override
  public String toString() {
    return "EthereumSubmission[" + id + ", " + command + "]";
  }
}

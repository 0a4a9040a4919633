package org.modelledger.chain.local;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.Command;
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.OutcomeUnknownException;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;

/** A command that is durable, refused, or on its way to the disk. */
final class LocalSubmission<E extends LedgerEvent> implements Submission<E> {
  private final SubmissionId id;
  private final Command<E> command;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable E event;
  private volatile @Nullable ModelLedgerException failure;

  LocalSubmission(SubmissionId id, Command<E> command) {
    this.id = id;
    this.command = command;
  }

  /** Returns the submission of a command that is durable. */
  static <E extends LedgerEvent> LocalSubmission<E> durable(SubmissionId id, Command<E> command,
      LedgerEvent event) {
    LocalSubmission<E> submission = new LocalSubmission<>(id, command);
    submission.complete(event);
    return submission;
  }

  /** Returns the submission of a command that was refused. */
  static <E extends LedgerEvent> LocalSubmission<E> refused(SubmissionId id, Command<E> command,
      CommandRefusedException refusal) {
    LocalSubmission<E> submission = new LocalSubmission<>(id, command);
    submission.fail(refusal);
    return submission;
  }

  void complete(LedgerEvent outcome) {
    event = command.eventType().cast(outcome);
    done.countDown();
  }

  void fail(ModelLedgerException outcome) {
    failure = outcome;
    done.countDown();
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
      throw new OutcomeUnknownException(command + " is not durable after " + timeout, id, null);
    }
    return outcome();
  }

  @Override
  public Optional<E> poll() {
    if (done.getCount() > 0 || failure instanceof OutcomeUnknownException) {
      return Optional.empty();
    }
    return Optional.of(outcome());
  }

  private E outcome() {
    E durable = event;
    if (durable != null) {
      return durable;
    }
    throw Objects.requireNonNull(failure, "failure");
  }

  @Override
  public String toString() {
    return "LocalSubmission[" + id + ", " + command + "]";
  }
}

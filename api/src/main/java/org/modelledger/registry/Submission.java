package org.modelledger.registry;

import java.time.Duration;
import java.util.Optional;

/**
 * A command on its way. The handle is only a view: what it tracks lives in the ledger (and, for
 * remote ledgers, in an outbox on disk), so it may be dropped and found again by its id, in this
 * process or the next, through {@link ModelRegistry#resume}.
 *
 * <p>Safe for use by several threads.
 *
 * @param <E> the event that the command leaves when it is accepted
 */
public interface Submission<E extends LedgerEvent> {
  /** Returns the id under which the command was submitted. */
  SubmissionId id();

  /** Returns the command. */
  Command<E> command();

  /**
   * Waits until the outcome is final.
   *
   * @param timeout how long to wait at most; zero or less looks once
   * @return the event
   * @throws CommandRefusedException if the ledger refused the command: one of its subclasses
   * @throws LedgerUnavailableException if it certainly did not happen and never will under this id
   *     unless submitted again
   * @throws OutcomeUnknownException if the time ran out or the ledger cannot tell yet; it goes on,
   *     and may be awaited again
   * @throws InterruptedException if interrupted; the command goes on
   */
  E await(Duration timeout) throws InterruptedException;

  /**
   * Looks without waiting.
   *
   * @return the event once the command is final, empty before
   * @throws CommandRefusedException if the ledger refused the command
   * @throws LedgerUnavailableException if it certainly did not happen
   */
  Optional<E> poll();
}

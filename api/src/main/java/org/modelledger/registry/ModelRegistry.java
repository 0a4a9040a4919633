package org.modelledger.registry;

import java.util.List;
import java.util.Optional;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;

/**
 * A ledger of models: the interface of a chain. The rules are the table in the
 * {@linkplain org.modelledger.registry package description}; each backend enforces them on its own
 * side, so that a client which skips this code gains nothing.
 *
 * <p>Acts for one account, or for none: then it only reads. Safe for use by many threads. Reads
 * block for as long as the backend takes to answer; they see every event that a completed
 * {@link Submission#await} of this instance returned, and otherwise a final state that may lag
 * behind. Every method throws {@link IllegalStateException} once the registry is closed, and
 * {@link LedgerUnavailableException} if the backend cannot be reached.
 */
public interface ModelRegistry extends AutoCloseable {
  /**
   * Returns what tells this ledger from every other: a chain id and contract address, a log's
   * origin. The same for every client of the same ledger, for as long as it exists.
   */
  String ledgerId();

  /** Returns the account in whose name commands are submitted; empty if this instance only reads. */
  Optional<AccountId> account();

  /**
   * Submits a command under a new random id.
   *
   * @see #submit(SubmissionId, Command)
   */
  default <E extends LedgerEvent> Submission<E> submit(Command<E> command) {
    return submit(SubmissionId.random(), command);
  }

  /**
   * Submits a command and returns without waiting for its outcome. Idempotent: the same id with the
   * same command is the same submission, however often it is sent, by whichever process, before or
   * after a crash; the command happens at most once. Commands that one thread submits take effect in
   * that order, unless one of them is refused.
   *
   * @throws IllegalArgumentException if the id was used for another command
   * @throws LedgerUnavailableException if nothing was sent; the same call may be repeated
   * @throws org.modelledger.spi.ConfigurationException if this instance has no account
   */
  <E extends LedgerEvent> Submission<E> submit(SubmissionId id, Command<E> command);

  /**
   * Finds a submission of this account again.
   *
   * @return the submission, or empty if the ledger never accepted it and this instance does not know
   *     it: then it has not happened, and it may be submitted
   */
  Optional<Submission<?>> resume(SubmissionId id);

  /** Returns the state of a model, or empty if it does not exist. */
  Optional<ModelRecord> model(ModelName model);

  /** Returns a version, or empty if it does not exist. */
  Optional<ModelVersion> version(ModelVersionId version);

  /** Returns the version that is deployed in an environment, or empty. */
  Optional<ModelVersion> deployed(ModelName model, EnvironmentName environment);

  /** Returns the newest anchor of a log by an author, or empty. */
  Optional<Anchor> anchor(LogOrigin origin, AccountId author);

  /**
   * Reads the history, oldest first.
   *
   * @param after the position after which to begin; {@link LedgerPosition#START} for all
   * @param limit the greatest number of events to return, from 1 to 10,000
   * @return final events in order; fewer than {@code limit} only if there are no more for now
   * @throws IllegalArgumentException if {@code limit} is out of range
   */
  List<LedgerEvent> history(LedgerPosition after, int limit);

  /**
   * Follows the history.
   *
   * @param after the position after which to begin
   * @return a subscription that the caller closes
   */
  Subscription subscribe(LedgerPosition after);

  /** Releases everything; idempotent. What was submitted goes on, or is resumed by its id. */
  @Override
  void close();
}

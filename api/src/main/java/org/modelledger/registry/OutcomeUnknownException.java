package org.modelledger.registry;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/**
 * A command was sent and its fate is unknown: it may have happened, it may yet happen. Resolve it by
 * {@link ModelRegistry#resume} with {@link #submissionId()} and await it; a new submission of the
 * same command could make it happen twice.
 */
public final class OutcomeUnknownException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  private final transient SubmissionId submissionId;

  public OutcomeUnknownException(String message, SubmissionId submissionId,
      @Nullable Throwable cause) {
    super(message + " (submission " + submissionId + ")", cause);
    this.submissionId = submissionId;
  }

  /** Returns what is needed to resolve it. */
  public SubmissionId submissionId() {
    return submissionId;
  }
}

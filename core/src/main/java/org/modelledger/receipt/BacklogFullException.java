package org.modelledger.receipt;

import org.modelledger.model.ModelLedgerException;

/**
 * Inferences come faster than receipts can be written, and the user chose to fail closed: the model
 * has not run. Try again later, or allow a larger backlog or a wait.
 */
public final class BacklogFullException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  BacklogFullException(String message) {
    super(message);
  }

  @Override
  public boolean isRetryable() {
    return true;
  }
}

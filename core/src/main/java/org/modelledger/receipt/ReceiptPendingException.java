package org.modelledger.receipt;

import org.modelledger.model.ModelLedgerException;

/** A receipt was not durable when the wait for it ended. It is still on its way; await it again. */
public final class ReceiptPendingException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  ReceiptPendingException(String message) {
    super(message);
  }

  @Override
  public boolean isRetryable() {
    return true;
  }
}

package org.modelledger.registry;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/** The ledger could not be reached or did not take the command: nothing happened. */
public class LedgerUnavailableException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  public LedgerUnavailableException(String message) {
    super(message);
  }

  public LedgerUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean isRetryable() {
    return true;
  }
}

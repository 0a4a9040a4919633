package org.modelledger.testnet;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/** A node could not be installed, started, stopped or asked. The message says what was wanted and what is missing. */
public final class TestnetException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  TestnetException(String message) {
    super(message);
  }

  TestnetException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package org.modelledger.testnet;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/** A node could not be installed, started, stopped or asked. The message says what was wanted and what is missing. */
public final class TestnetException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception without a cause.
   *
   * @param message what was wanted and what happened
   */
  public TestnetException(String message) {
    super(message);
  }

  /**
   * Makes an exception.
   *
   * @param message what was wanted and what happened
   * @param cause where it comes from
   */
  public TestnetException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

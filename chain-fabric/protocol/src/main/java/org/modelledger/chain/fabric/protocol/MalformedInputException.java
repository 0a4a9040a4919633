package org.modelledger.chain.fabric.protocol;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/**
 * Arguments or bytes that are not of the protocol's form. Says what was read, what it is and what was
 * expected. The chaincode answers with its message and status 400, and nothing happens.
 */
public final class MalformedInputException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  /** @param message what was read, what it is, what was expected */
  public MalformedInputException(String message) {
    super(message);
  }

  /** @param message what was read, what it is, what was expected */
  public MalformedInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package org.modelledger.inference;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/** A runtime failed on inputs that fit. */
public class InferenceException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  public InferenceException(String message) {
    super(message);
  }

  public InferenceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

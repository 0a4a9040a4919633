package org.modelledger;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/**
 * The files of a version are here, but not the evidence that they may run: a signature is missing, or
 * not by a key that is trusted, or about other files. Nothing of them was run.
 */
public final class UntrustedModelException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  UntrustedModelException(String message) {
    super(message);
  }

  UntrustedModelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

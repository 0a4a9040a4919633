package org.modelledger.cli;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/** A file that the command line names, or the standard input, is not what it has to be; nothing was done. */
final class InputException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  InputException(String message) {
    this(message, null);
  }

  InputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

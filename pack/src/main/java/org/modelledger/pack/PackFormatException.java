package org.modelledger.pack;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelFormatException;

/** A directory is not an evidence pack that this version can read; says what was expected. */
public final class PackFormatException extends ModelFormatException {
  private static final long serialVersionUID = 1L;

  PackFormatException(String message) {
    super(message);
  }

  PackFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

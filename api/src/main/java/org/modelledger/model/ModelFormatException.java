package org.modelledger.model;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of a model, an artifact or one of our files are not what they should be: foreign,
 * truncated, corrupt, or of a kind or version that is not supported. The message names the file or
 * the part, what was found and what is supported.
 */
public class ModelFormatException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  public ModelFormatException(String message) {
    super(message);
  }

  public ModelFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package org.modelledger.model;

import org.jspecify.annotations.Nullable;

/**
 * The root of every unchecked exception that ModelLedger throws, except for misuse, which is the
 * JDK's own ({@link NullPointerException}, {@link IllegalArgumentException},
 * {@link IllegalStateException}).
 *
 * <p>A message says which thing, what it was, and what was wanted. It never contains a key, a
 * password or a URL with credentials.
 */
public abstract class ModelLedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected ModelLedgerException(String message) {
    super(message);
  }

  protected ModelLedgerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Says whether the same call, unchanged, may succeed later because nothing happened this time.
   *
   * @return true only if repeating is safe; false if repeating is useless or dangerous
   */
  public boolean isRetryable() {
    return false;
  }
}

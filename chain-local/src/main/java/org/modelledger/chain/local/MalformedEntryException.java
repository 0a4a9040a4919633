package org.modelledger.chain.local;

import org.jspecify.annotations.Nullable;

/** The bytes are not an entry in the one form that an entry has; says what was wanted. */
final class MalformedEntryException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedEntryException(String message) {
    super(message);
  }

  MalformedEntryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package org.modelledger.model;

import org.jspecify.annotations.Nullable;

/**
 * Evidence does not support the claim: a digest differs, a signature does not verify, a proof does
 * not lead to the root. Checked, so that no caller can overlook it.
 *
 * <p>The message names the step that failed, what was expected and what was found.
 */
public class VerificationException extends Exception {
  private static final long serialVersionUID = 1L;

  public VerificationException(String message) {
    super(message);
  }

  public VerificationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

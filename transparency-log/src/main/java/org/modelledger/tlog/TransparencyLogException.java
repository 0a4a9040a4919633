package org.modelledger.tlog;

/**
 * The root of what goes wrong with a log itself. Evidence that does not hold is the checked {@link
 * ProofException} instead; misuse is an {@code IllegalArgumentException} or {@code
 * IllegalStateException}.
 */
public abstract class TransparencyLogException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TransparencyLogException(String message) {
    super(message);
  }

  TransparencyLogException(String message, Throwable cause) {
    super(message, cause);
  }
}

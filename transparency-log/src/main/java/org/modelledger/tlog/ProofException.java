package org.modelledger.tlog;

/**
 * Evidence does not support its claim: a signature, a proof, a tile or an entry is not what the
 * checkpoint commits to, is malformed, or is missing where the checkpoint says it must be.
 */
public final class ProofException extends Exception {

  private static final long serialVersionUID = 1L;

  ProofException(String message) {
    super(message);
  }

  ProofException(String message, Throwable cause) {
    super(message, cause);
  }
}

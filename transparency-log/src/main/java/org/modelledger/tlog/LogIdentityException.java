package org.modelledger.tlog;

/**
 * The log belongs to another key or origin than the one it was opened with.
 */
public final class LogIdentityException extends TransparencyLogException {

  private static final long serialVersionUID = 1L;

  LogIdentityException(String message) {
    super(message);
  }
}

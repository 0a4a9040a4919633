package org.modelledger.fabric.devpeer;

/** A message, a proposal or a call that the peer does not accept; the message is for whoever sent it. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }

  RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}

package org.modelledger.tlog;

/**
 * A wait ended before the thing waited for. Nothing is lost: the entry keeps its index and may still
 * become durable; wait again.
 */
public final class LogTimeoutException extends TransparencyLogException {

  private static final long serialVersionUID = 1L;

  LogTimeoutException(String message) {
    super(message);
  }
}

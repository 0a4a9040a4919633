package org.modelledger.tlog;

/**
 * A write or sync failed, and the writer is dead: nothing after it is acknowledged, and a failed sync
 * is never tried again, because the system may have dropped the data already. What was acknowledged
 * before is safe; open the log again to go on.
 */
public final class LogFailedException extends TransparencyLogException {

  private static final long serialVersionUID = 1L;

  LogFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}

package org.modelledger.tlog;

/**
 * Another writer, in this or another process, has the log open. Readers need no lock.
 */
public final class LogLockedException extends TransparencyLogException {

  private static final long serialVersionUID = 1L;

  LogLockedException(String log) {
    super("another writer has the log in " + log + " open");
  }
}

package org.modelledger.tlog;

/**
 * The file system or the network did not do what was asked: no permission, disk full, connection
 * refused. The message names the file; the cause is what the system said.
 */
public final class LogStorageException extends TransparencyLogException {

  private static final long serialVersionUID = 1L;

  LogStorageException(String message, Throwable cause) {
    super(message, cause);
  }
}

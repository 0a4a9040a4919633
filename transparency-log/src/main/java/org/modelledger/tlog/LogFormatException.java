package org.modelledger.tlog;

/**
 * A directory is not a log that this version writes: foreign files, or another format version.
 */
public final class LogFormatException extends TransparencyLogException {

  private static final long serialVersionUID = 1L;

  LogFormatException(String message) {
    super(message);
  }
}

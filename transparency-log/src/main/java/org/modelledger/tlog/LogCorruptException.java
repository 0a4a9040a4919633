package org.modelledger.tlog;

/**
 * A file of the log is damaged: not what was written. The log is not opened and nothing is changed.
 */
public final class LogCorruptException extends TransparencyLogException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;

  LogCorruptException(String log, String file, long offset, String what) {
    super("the log in " + log + " is damaged: " + file + (offset < 0 ? "" : " at byte " + offset)
        + ": " + what);
    this.file = file;
    this.offset = offset;
  }

  LogCorruptException(String log, String file, String what) {
    this(log, file, -1, what);
  }

  /** Returns the damaged file, relative to the log's directory, with slashes. */
  public String file() {
    return file;
  }

  /** Returns where in the file the damage was noticed, in bytes from 0, or -1 if it is the whole. */
  public long offset() {
    return offset;
  }
}

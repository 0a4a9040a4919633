package org.modelledger.cli;

/** What a script learns from a command that ended. */
public final class ExitCode {

  /** Done; what was checked holds. */
  public static final int OK = 0;

  /** The evidence does not hold: damaged, forged, rolled back, missing where it must be. */
  public static final int EVIDENCE = 1;

  /** The command was not understood: options, arguments, keys, the files that they name. */
  public static final int USAGE = 2;

  /** Nothing is known: a file, a disk or the network did not do its part. */
  public static final int ENVIRONMENT = 3;

  /** The registry's rules, or a policy, do not allow it; nothing was changed. */
  public static final int REFUSED = 4;

  /** A fault of this program, shown with its stack trace. */
  public static final int FAULT = 70;

  /** Interrupted, as shells write it. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}

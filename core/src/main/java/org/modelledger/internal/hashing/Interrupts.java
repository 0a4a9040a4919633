package org.modelledger.internal.hashing;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;

/** Tells a failure of the disk from an interrupted thread. */
public final class Interrupts {
  private Interrupts() {}

  /** A channel that is closed or fails because its thread was interrupted says so in these ways. */
  public static void rethrowIfInterrupted(IOException e) throws InterruptedException {
    if (e instanceof ClosedByInterruptException || e instanceof FileLockInterruptionException) {
      Thread.interrupted(); // the exception takes the place of the flag
      InterruptedException interrupted = new InterruptedException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}

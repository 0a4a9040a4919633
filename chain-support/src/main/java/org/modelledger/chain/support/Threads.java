package org.modelledger.chain.support;

/** Ends the threads of a client. */
public final class Threads {
  private Threads() {}

  /**
   * Interrupts a thread and waits for its end, whether the caller is interrupted or not. One that was
   * never started has ended.
   */
  public static void end(Thread thread) {
    thread.interrupt();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

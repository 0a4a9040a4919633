package org.modelledger.chain.ethereum;

/** Ends the threads of a client. */
final class Threads {
  private Threads() {}

  /** Interrupts a thread and waits for its end, whether the caller is interrupted or not. */
  static void end(Thread thread) {
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

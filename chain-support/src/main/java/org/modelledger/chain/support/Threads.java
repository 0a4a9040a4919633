package org.modelledger.chain.support;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits of a client for its own threads, which an interrupt of the caller does not cut short. */
public final class Threads {
  private Threads() {}

  /**
   * Interrupts a thread and waits for its end, whether the caller is interrupted or not. One that was
   * never started has ended.
   */
  public static void end(Thread thread) {
    thread.interrupt();
    join(thread);
  }

  /**
   * Waits for the end of a thread, whether the caller is interrupted or not. One that was never started
   * has ended.
   */
  public static void join(Thread thread) {
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

  /**
   * Waits for what another thread makes, whether the caller is interrupted or not.
   *
   * @throws RuntimeException what the other thread has thrown, as it is
   * @throws IllegalStateException with any other failure as its cause
   */
  public static <T> T result(Future<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

package org.modelledger.chain.support;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Something that another thread does meanwhile. */
final class Background<T> implements AutoCloseable {
  private final FutureTask<T> task;
  private final Thread thread;

  private Background(Callable<T> work) {
    task = new FutureTask<>(work);
    thread = Thread.ofPlatform().daemon().start(task);
  }

  static <T> Background<T> run(Callable<T> work) {
    return new Background<>(work);
  }

  Thread thread() {
    return thread;
  }

  /** Returns once the thread waits for something. */
  void awaitBlocked() {
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      if (!thread.isAlive()) {
        throw new AssertionError("it did not wait");
      }
      Thread.onSpinWait();
    }
  }

  T result() throws Exception {
    return task.get();
  }

  @Override
  public void close() {
    Threads.end(thread);
  }
}

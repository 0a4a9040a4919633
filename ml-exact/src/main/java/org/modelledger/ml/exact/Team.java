package org.modelledger.ml.exact;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads that work off the numbered tasks of one caller at a time, the caller helping. Which
 * thread gets which task is left to chance, so a task may touch only what is its own or its worker's.
 */
final class Team implements AutoCloseable {

  /** A piece of work. */
  interface Task {
    /**
     * @param number of the task, from 0
     * @param worker which thread works, from 0; no two at a time have the same
     */
    void run(int number, int worker);
  }

  private final Thread[] helpers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger next = new AtomicInteger();
  private @Nullable Task task;
  private int tasks;
  private long round;
  private int busy;
  private boolean closed;
  private @Nullable Throwable failure;

  /** @param threads how many work, the caller among them; from 1 */
  Team(int threads) {
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      int worker = i + 1;
      helpers[i] = Thread.ofPlatform()
          .daemon()
          .name("modelledger-exact-" + worker)
          .start(() -> help(worker));
    }
  }

  int threads() {
    return helpers.length + 1;
  }

  /** Runs tasks 0 up to but without {@code count} and returns when all are done. */
  void run(int count, Task work) {
    if (count <= 1 || helpers.length == 0) {
      for (int i = 0; i < count; i++) {
        work.run(i, 0);
      }
      return;
    }
    lock.lock();
    try {
      task = work;
      tasks = count;
      next.set(0);
      busy = helpers.length;
      round++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    workOff(work, count, 0);
    lock.lock();
    try {
      while (busy > 0) {
        changed.awaitUninterruptibly();
      }
      task = null;
      Throwable thrown = failure;
      failure = null;
      if (thrown != null) {
        throw new IllegalStateException("a task failed", thrown);
      }
    } finally {
      lock.unlock();
    }
  }

  private void workOff(Task work, int count, int worker) {
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        work.run(i, worker);
      }
    } catch (RuntimeException | Error e) {
      next.set(count);
      lock.lock();
      try {
        failure = e;
      } finally {
        lock.unlock();
      }
    }
  }

  private void help(int worker) {
    long seen = 0;
    while (true) {
      Task work;
      int count;
      lock.lock();
      try {
        while (round == seen && !closed) {
          changed.awaitUninterruptibly();
        }
        if (closed) {
          return;
        }
        seen = round;
        work = task;
        count = tasks;
      } finally {
        lock.unlock();
      }
      if (work != null) {
        workOff(work, count, worker);
      }
      lock.lock();
      try {
        if (--busy == 0) {
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Lets the helpers end. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

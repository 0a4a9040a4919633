package org.modelledger.tlog;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads of a server: a bounded number of them, a bounded queue before them, and a bounded time for
 * each exchange, from the first byte of the request to the last of the answer. What takes longer is
 * interrupted, which closes its connection; what finds no place is refused, which closes it as well.
 *
 * <p>They are platform threads because on Java 21 the JDK's server writes within {@code synchronized}:
 * there a few slow clients would hold the carriers of all virtual threads.
 */
final class ExchangeThreads implements Executor, AutoCloseable {

  private static final int THREADS = 64;
  private static final int WAITING = 1024;
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Duration limit;
  private final ThreadPoolExecutor pool;
  private final ScheduledThreadPoolExecutor timer;

  ExchangeThreads(String name, Duration limit) {
    this.limit = limit;
    this.pool = new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(WAITING),
        Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    this.timer = new ScheduledThreadPoolExecutor(1,
        Thread.ofPlatform().daemon().name(name + "-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void execute(Runnable exchange) {
    pool.execute(() -> runWithin(exchange));
  }

  private void runWithin(Runnable exchange) {
    Deadline deadline = new Deadline(Thread.currentThread());
    Future<?> alarm = timer.schedule(deadline::passed, limit.toMillis(), TimeUnit.MILLISECONDS);
    try {
      exchange.run();
    } finally {
      deadline.met();
      alarm.cancel(false);
    }
  }

  /** Lets the exchanges that have begun come to their end, for a while, and ends the threads. */
  @Override
  public void close() {
    pool.shutdown();
    try {
      if (!pool.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
    timer.shutdownNow();
  }

  /** Interrupts a thread once, but never after it went on to something else. */
  private static final class Deadline {
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread thread;
    private boolean over;

    Deadline(Thread thread) {
      this.thread = thread;
    }

    void passed() {
      lock.lock();
      try {
        if (!over) {
          thread.interrupt();
        }
      } finally {
        lock.unlock();
      }
    }

    void met() {
      lock.lock();
      try {
        over = true;
      } finally {
        lock.unlock();
      }
      // what came in time for the exchange is not meant for the next one; the flag may be unset
      boolean unused = Thread.interrupted();
    }
  }
}

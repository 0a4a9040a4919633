package org.modelledger.bench.soak;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.Appended;

/** A thread that appends, and one that measures when what it appended is acknowledged. */
final class SoakProducer {
  private static final Duration FOREVER = Duration.ofDays(1);
  private static final int DIGITS = 3;

  private final SoakEntry entry;
  private final InFlight inFlight;
  private final Supplier<SoakLog> newest;
  private final Consumer<Throwable> onFailure;
  private final double nanosPerEntry;
  private final SingleWriterRecorder latency = new SingleWriterRecorder(DIGITS);
  private final Thread appending;
  private final Thread awaiting;
  private volatile @Nullable SoakLog current;
  private volatile boolean stopped;

  /**
   * @param newest the log to append to
   * @param nanosPerEntry the time from one entry to the next; 0 is at once
   */
  SoakProducer(int number, SoakOptions options, Supplier<SoakLog> newest, double nanosPerEntry,
      Consumer<Throwable> onFailure) {
    this.entry = new SoakEntry(number, options.entryBytes());
    this.inFlight = new InFlight(options.inFlight());
    this.newest = newest;
    this.nanosPerEntry = nanosPerEntry;
    this.onFailure = onFailure;
    this.appending = Thread.ofPlatform().name("append " + number).unstarted(this::append);
    this.awaiting = Thread.ofPlatform().name("await " + number).unstarted(this::await);
  }

  void start() {
    appending.start();
    awaiting.start();
  }

  /** Ends when everything appended is acknowledged. */
  void stop() throws InterruptedException {
    stopped = true;
    appending.join();
    inFlight.close();
    awaiting.join();
  }

  /** Returns whether it may still append to a log that is no longer the newest. */
  boolean uses(SoakLog log) {
    return current == log;
  }

  /** Adds the latencies since the last call, in nanoseconds. */
  void drainTo(Histogram histogram) {
    histogram.add(latency.getIntervalHistogram());
  }

  private void append() {
    try {
      long start = System.nanoTime();
      for (long i = 0; !stopped; i++) {
        long due = start + (long) (i * nanosPerEntry);
        boolean early = nanosPerEntry > 0 && awaitDue(due);
        inFlight.awaitRoom();
        SoakLog log;
        do { // if it is replaced before we said that we use it, we do not
          log = newest.get();
          current = log;
        } while (log != newest.get());
        // Late because the log held us up: it counts from when it was due, or the latencies that the log
        // causes by being busy would be left out. Late because a timer is: that is not the log's.
        long began = nanosPerEntry == 0 || early ? System.nanoTime() : due;
        inFlight.add(log.writer().append(entry.number(i)), began);
      }
    } catch (RuntimeException e) {
      onFailure.accept(e);
    } finally {
      current = null;
    }
  }

  /** Returns whether it had to wait. */
  private boolean awaitDue(long due) {
    boolean waited = false;
    for (long left = due - System.nanoTime(); left > 0 && !stopped; left = due
        - System.nanoTime()) {
      LockSupport.parkNanos(left);
      waited = true;
    }
    return waited;
  }

  private void await() {
    try {
      for (Appended oldest = inFlight.oldest(); oldest != null; oldest = inFlight.oldest()) {
        if (!oldest.isDurable()) {
          oldest.await(FOREVER);
        }
        latency.recordValue(Math.max(0, System.nanoTime() - inFlight.oldestBegan()));
        inFlight.removeOldest();
      }
    } catch (InterruptedException | RuntimeException e) {
      onFailure.accept(e);
      inFlight.close();
    }
  }
}

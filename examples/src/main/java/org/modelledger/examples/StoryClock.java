package org.modelledger.examples;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The time of a story, which passes when the story says so. Safe for use by several threads. */
final class StoryClock implements InstantSource {
  private volatile Instant now;

  StoryClock(Instant begin) {
    this.now = begin;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Lets time pass; for the thread that tells the story. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread tells, the others look
  void pass(Duration time) {
    now = now.plus(time);
  }
}

package org.modelledger.bench.soak;

import java.util.List;
import org.HdrHistogram.Histogram;

/** Looks once a second. */
final class SoakSampler {
  private static final int DIGITS = 3;
  private static final double MS = 1e6;

  private final List<SoakProducer> producers;
  private final Memory memory = new Memory();
  private final Histogram second = new Histogram(DIGITS);
  private final Histogram all = new Histogram(DIGITS);
  private final long start = System.nanoTime();
  private long last = start;
  private long collections = memory.collections();
  private long collectionMillis = memory.collectionMillis();
  private long cpuNanos = Memory.cpuNanos();
  private SoakLog log;
  private long commits;
  private long syncNanos;

  SoakSampler(List<SoakProducer> producers, SoakLog log) {
    this.producers = producers;
    this.log = log;
  }

  /**
   * Returns what happened since the last call.
   *
   * @param newest the log that is appended to
   * @param number of that log, from 1
   */
  SoakSample sample(SoakLog newest, int number) {
    long now = System.nanoTime();
    double seconds = (now - last) / 1e9;
    last = now;
    second.reset();
    producers.forEach(producer -> producer.drainTo(second));
    all.add(second);
    if (newest != log) {
      log = newest;
      commits = 0;
      syncNanos = 0;
    }
    SoakLog.Told told = log.told();
    long newCommits = told.commits() - commits;
    double sync = (told.syncNanos() - syncNanos) / MS / Math.max(1, newCommits);
    commits += newCommits;
    syncNanos = told.syncNanos();
    long newCollections = memory.collections() - collections;
    long newMillis = memory.collectionMillis() - collectionMillis;
    collections += newCollections;
    collectionMillis += newMillis;
    long newCpu = Memory.cpuNanos() - cpuNanos;
    cpuNanos += newCpu;
    return new SoakSample((now - start) / 1e9, second.getTotalCount() / seconds,
        at(second, 50), at(second, 90), at(second, 99), at(second, 99.9),
        at(second, 100), second.getTotalCount() / (double) Math.max(1, newCommits), sync,
        told.takePublishNanos() / MS, told.checkpointAgeSeconds(),
        log.writer().size() - log.writer().durableSize(), log.walBytes() / 1e6,
        memory.heapAfterGcMb(), memory.heapUsedMb(), memory.directMb(), Memory.statusMb("VmRSS"),
        Memory.statusMb("RssAnon"), newCollections, newMillis, newCpu / 1e9 / seconds, number);
  }

  private static double at(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0
        ? Double.NaN
        : histogram.getValueAtPercentile(percentile) / MS;
  }

  /** Returns the latencies of everything so far, in nanoseconds. */
  Histogram all() {
    return all;
  }
}

package org.modelledger.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.LogObserver;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.SignedCheckpoint;

/**
 * The meters of one transparency log: names beginning with {@code tlog.}, tagged with the log's {@code
 * origin}. They appear when the log is opened. When it is closed in order the gauges go and the rest
 * stays; the gauges of a log that failed stay, until it is opened again.
 *
 * <p>The registry does not keep this object alive; the open log does. Thread-safe.
 */
public final class LogMetrics implements LogObserver {
  private final MeterRegistry registry;
  private final Tags common;
  private volatile @Nullable Meters meters;

  /** What is there from opening to closing. */
  private static final class Meters {
    private final LogWriter log;
    private final Gauges<Meters> gauges;
    private final Timer write;
    private final Timer sync;
    private final Timer publish;
    private final DistributionSummary entriesPerCommit;
    private final DistributionSummary bytesPerCommit;
    private final Counter entries;
    private final Counter failures;
    private volatile boolean failed;
    private volatile long published = System.nanoTime();

    Meters(MeterRegistry registry, Tags common, LogWriter log) {
      this.log = log;
      Tags tags = common.and("origin", log.verifier().name());
      write = Timer.builder("tlog.commit.write")
          .tags(tags)
          .description("Writing a group commit to the write-ahead file")
          .register(registry);
      sync = Timer.builder("tlog.commit.sync")
          .tags(tags)
          .description("Syncing a group commit to the disk")
          .register(registry);
      publish = Timer.builder("tlog.publish")
          .tags(tags)
          .description("Making tiles, bundles and a checkpoint durable")
          .register(registry);
      entriesPerCommit = DistributionSummary.builder("tlog.commit.entries")
          .tags(tags)
          .baseUnit("entries")
          .description("Entries of a group commit")
          .register(registry);
      bytesPerCommit = DistributionSummary.builder("tlog.commit.size")
          .tags(tags)
          .baseUnit("bytes")
          .description("Bytes of a group commit")
          .register(registry);
      entries = Counter.builder("tlog.entries")
          .tags(tags)
          .baseUnit("entries")
          .description("Entries that have become durable")
          .register(registry);
      failures = Counter.builder("tlog.failures")
          .tags(tags)
          .description("Writers that have failed")
          .register(registry);
      gauges = new Gauges<>(registry, this, tags);
      gauges.add("tlog.size", "entries", "Entries that are durable",
          meters -> meters.log.durableSize());
      gauges.add("tlog.pending", "entries", "Entries that wait for the disk",
          meters -> meters.log.size() - meters.log.durableSize());
      gauges.add("tlog.unpublished", "entries", "Durable entries that no checkpoint covers yet",
          meters -> Math.max(0, meters.log.durableSize() - meters.log.checkpoint().size()));
      gauges.add("tlog.checkpoint.size", "entries", "Entries that the newest checkpoint covers",
          meters -> meters.log.checkpoint().size());
      gauges.add("tlog.checkpoint.age", "seconds",
          "Since the newest checkpoint was made, or found when the log was opened",
          meters -> (System.nanoTime() - meters.published) / 1e9);
    }
  }

  /** Meters without further tags. */
  public LogMetrics(MeterRegistry registry) {
    this(registry, List.of());
  }

  /**
   * @param registry where the meters appear
   * @param tags for all of them
   */
  public LogMetrics(MeterRegistry registry, Iterable<Tag> tags) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.common = Tags.of(tags);
  }

  @Override
  public void opened(LogWriter log) {
    meters = new Meters(registry, common, log);
  }

  @Override
  public void committed(int entries, long bytes, long writeNanos, long syncNanos) {
    Meters open = meters;
    if (open != null) {
      open.write.record(writeNanos, TimeUnit.NANOSECONDS);
      open.sync.record(syncNanos, TimeUnit.NANOSECONDS);
      open.entriesPerCommit.record(entries);
      open.bytesPerCommit.record((double) bytes);
      open.entries.increment(entries);
    }
  }

  @Override
  public void published(SignedCheckpoint checkpoint, long nanos) {
    Meters open = meters;
    if (open != null) {
      open.published = System.nanoTime();
      open.publish.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void failed(Throwable cause) {
    Meters open = meters;
    if (open != null) {
      open.failed = true;
      open.failures.increment();
    }
  }

  @Override
  public void closed() {
    Meters open = meters;
    if (open != null && !open.failed) {
      open.gauges.remove();
      meters = null;
    }
  }
}

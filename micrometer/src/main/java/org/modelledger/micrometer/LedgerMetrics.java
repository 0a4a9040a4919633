package org.modelledger.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.modelledger.receipt.Gap;
import org.modelledger.receipt.ReceiptLog;
import org.modelledger.receipt.ReceiptObserver;
import org.modelledger.receipt.RecordedBatch;
import org.modelledger.tlog.LogObserver;

/**
 * The meters of the receipts of one ledger, with those of the log under them ({@link LogMetrics}):
 * names beginning with {@code modelledger.receipts.}, tagged with the log's {@code origin}. They appear
 * when the ledger is opened; when it is closed the gauges go and the rest stays.
 *
 * <p>The registry does not keep this object alive; the open ledger does. Thread-safe.
 */
public final class LedgerMetrics implements ReceiptObserver {
  private final MeterRegistry registry;
  private final Tags common;
  private final LogMetrics log;
  private volatile @Nullable Meters meters;

  /** What is there from opening to closing. */
  private static final class Meters {
    private final ReceiptLog receipts;
    private final Gauges<Meters> gauges;
    private final Timer wait;
    private final Timer record;
    private final Timer evidenceSync;
    private final Timer logged;
    private final DistributionSummary batch;
    private final Counter recorded;
    private final Map<Gap.Reason, Counter> gaps = new EnumMap<>(Gap.Reason.class);
    private final Counter failures;
    private final Counter reopenings;
    private volatile boolean failed;

    Meters(MeterRegistry registry, Tags common, ReceiptLog receipts) {
      this.receipts = receipts;
      Tags tags = common.and("origin", receipts.origin().toString());
      wait = Timer.builder("modelledger.receipts.wait")
          .tags(tags)
          .description("From the end of an inference until its receipt was durable, of the one that"
              + " waited longest in each batch")
          .register(registry);
      record = Timer.builder("modelledger.receipts.batch.time")
          .tags(tags)
          .description("Committing, encrypting and writing a batch of receipts")
          .register(registry);
      evidenceSync = Timer.builder("modelledger.receipts.evidence.sync")
          .tags(tags)
          .description("Syncing the evidence to a batch of receipts")
          .register(registry);
      logged = Timer.builder("modelledger.receipts.log.time")
          .tags(tags)
          .description("Appending a batch of receipts to the log until it is durable")
          .register(registry);
      batch = DistributionSummary.builder("modelledger.receipts.batch.size")
          .tags(tags)
          .baseUnit("receipts")
          .description("Receipts of a batch")
          .register(registry);
      recorded = Counter.builder("modelledger.receipts.recorded")
          .tags(tags)
          .baseUnit("receipts")
          .description("Receipts that have become durable")
          .register(registry);
      for (Gap.Reason reason : Gap.Reason.values()) {
        gaps.put(reason, Counter.builder("modelledger.receipts.gaps")
            .tags(tags.and("reason", reason.word()))
            .baseUnit("inferences")
            .description("Inferences without a receipt, counted when their gap is durable")
            .register(registry));
      }
      failures = Counter.builder("modelledger.receipts.failures")
          .tags(tags)
          .description("How often receipts could not be written any more")
          .register(registry);
      reopenings = Counter.builder("modelledger.receipts.reopenings")
          .tags(tags)
          .description("How often the log was opened again after a failure")
          .register(registry);
      gauges = new Gauges<>(registry, this, tags);
      gauges.add("modelledger.receipts.backlog", "inferences",
          "Inferences that run, or wait for their receipt", meters -> meters.receipts.backlog());
      gauges.add("modelledger.receipts.backlog.size", "bytes",
          "Inputs and outputs of those inferences", meters -> meters.receipts.backlogBytes());
      gauges.add("modelledger.receipts.writable", "boolean",
          "1 if receipts can be written, 0 after a failure", meters -> meters.failed ? 0 : 1);
    }
  }

  /** Meters without further tags. */
  public LedgerMetrics(MeterRegistry registry) {
    this(registry, List.of());
  }

  /**
   * @param registry where the meters appear
   * @param tags for all of them, such as the name of the ledger
   */
  public LedgerMetrics(MeterRegistry registry, Iterable<Tag> tags) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.common = Tags.of(tags);
    this.log = new LogMetrics(registry, tags);
  }

  @Override
  public LogObserver log() {
    return log;
  }

  @Override
  public void opened(ReceiptLog receipts) {
    meters = new Meters(registry, common, receipts);
  }

  @Override
  public void recorded(RecordedBatch batch) {
    Meters open = meters;
    if (open == null) {
      return;
    }
    open.record.record(batch.nanos(), TimeUnit.NANOSECONDS);
    open.evidenceSync.record(batch.evidenceSyncNanos(), TimeUnit.NANOSECONDS);
    open.logged.record(batch.logNanos(), TimeUnit.NANOSECONDS);
    if (batch.receipts() > 0) {
      open.wait.record(batch.waited());
      open.batch.record(batch.receipts());
      open.recorded.increment(batch.receipts());
    }
    for (Gap gap : batch.gaps()) {
      Objects.requireNonNull(open.gaps.get(gap.reason())).increment((double) gap.count());
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
  public void reopened() {
    Meters open = meters;
    if (open != null) {
      open.failed = false;
      open.reopenings.increment();
    }
  }

  @Override
  public void closed() {
    Meters open = meters;
    if (open != null) {
      open.gauges.remove();
      meters = null;
    }
  }
}

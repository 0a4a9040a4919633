package org.modelledger.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.receipt.Gap;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.ReceiptLog;
import org.modelledger.receipt.ReceiptObserver;
import org.modelledger.receipt.RecordedBatch;
import org.modelledger.tlog.LogObserver;

/**
 * The spans of the receipts of one ledger, with those of the log under them ({@link LogSpans}).
 *
 * <ul>
 * <li>{@code modelledger.receipts.record}: a batch, from its first commitment until it is durable.
 * <li>{@code modelledger.receipt}: of each batch the receipt that waited longest, from the end of its
 * inference until it is durable; linked to its batch.
 * <li>{@code modelledger.receipts.failure}: receipts cannot be written any more.
 * <li>{@code modelledger.receipts.outage}: from such a failure until the log was opened again.
 * </ul>
 *
 * <p>Each is the root of a trace, begins and ends when what it stands for did, and is subject to the
 * sampler that the application has set.
 */
public final class LedgerSpans implements ReceiptObserver {
  private static final AttributeKey<Long> RECEIPTS = AttributeKey
      .longKey("modelledger.receipts.count");
  private static final AttributeKey<Long> WITHOUT = AttributeKey
      .longKey("modelledger.receipts.missing");
  private static final AttributeKey<String> MODEL = AttributeKey.stringKey("modelledger.model");
  private static final AttributeKey<String> ENGINE = AttributeKey.stringKey("modelledger.engine");
  private static final AttributeKey<String> SESSION = AttributeKey.stringKey("modelledger.session");
  private static final AttributeKey<Long> SEQUENCE = AttributeKey.longKey("modelledger.sequence");
  private static final AttributeKey<Long> INDEX = AttributeKey.longKey("modelledger.receipt.index");

  private record Failure(Instant time, Throwable cause) {}

  private final Spans spans;
  private final LogSpans log;
  private volatile String origin = "";
  private volatile @Nullable Failure failure;

  /** A span for everything that the sampler lets through. */
  public LedgerSpans(OpenTelemetry telemetry) {
    this(telemetry, Duration.ZERO);
  }

  /**
   * @param telemetry whose tracer makes the spans
   * @param atLeast what took less has no span, failures excepted
   */
  public LedgerSpans(OpenTelemetry telemetry, Duration atLeast) {
    this.spans = new Spans(telemetry, atLeast);
    this.log = new LogSpans(telemetry, atLeast);
  }

  @Override
  public LogObserver log() {
    return log;
  }

  @Override
  public void opened(ReceiptLog receipts) {
    origin = receipts.origin().toString();
  }

  @Override
  public void recorded(RecordedBatch batch) {
    Duration took = Duration.ofNanos(batch.nanos());
    Optional<LoggedReceipt> oldest = batch.oldest()
        .filter(receipt -> spans.isWorthASpan(batch.waited()));
    if (!spans.isWorthASpan(took) && oldest.isEmpty()) {
      return;
    }
    Instant end = Instant.now();
    Span span = spans.begun("modelledger.receipts.record", end.minus(took), origin)
        .setAttribute(RECEIPTS, (long) batch.receipts())
        .setAttribute(WITHOUT, batch.gaps().stream().mapToLong(Gap::count).sum())
        .startSpan();
    span.end(end);
    oldest.ifPresent(logged -> record(logged, batch.waited(), span));
  }

  private void record(LoggedReceipt logged, Duration waited, Span batch) {
    Receipt receipt = logged.receipt();
    spans.begun("modelledger.receipt", receipt.time(), origin)
        .addLink(batch.getSpanContext())
        .setAttribute(MODEL, receipt.version().toString())
        .setAttribute(ENGINE, receipt.engine().name())
        .setAttribute(SESSION, receipt.session().toString())
        .setAttribute(SEQUENCE, receipt.sequence())
        .setAttribute(INDEX, logged.index())
        .startSpan()
        .end(receipt.time().plus(waited));
  }

  @Override
  public void failed(Throwable cause) {
    failure = new Failure(Instant.now(), cause);
    spans.failure("modelledger.receipts.failure", origin, cause);
  }

  @Override
  public void reopened() {
    Failure over = failure;
    if (over != null) {
      failure = null;
      Spans.end(spans.begun("modelledger.receipts.outage", over.time(), origin).startSpan(),
          over.cause(), Instant.now());
    }
  }
}

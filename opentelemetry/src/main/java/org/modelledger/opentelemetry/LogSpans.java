package org.modelledger.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import java.time.Duration;
import java.time.Instant;
import org.modelledger.tlog.LogObserver;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.SignedCheckpoint;

/**
 * The spans of one transparency log: {@code tlog.commit} for each group commit, {@code tlog.publish} for
 * each checkpoint, {@code tlog.failure} when its writer fails. Each is the root of a trace, begins and
 * ends when what it stands for did, and is subject to the sampler that the application has set.
 * Thread-safe.
 */
public final class LogSpans implements LogObserver {
  private static final AttributeKey<Long> ENTRIES = AttributeKey.longKey("tlog.commit.entries");
  private static final AttributeKey<Long> BYTES = AttributeKey.longKey("tlog.commit.size");
  private static final AttributeKey<Long> SIZE = AttributeKey.longKey("tlog.checkpoint.size");
  private static final String WRITTEN = "tlog.commit.written";

  private final Spans spans;
  private volatile String origin = "";

  /** A span for everything that the sampler lets through. */
  public LogSpans(OpenTelemetry telemetry) {
    this(telemetry, Duration.ZERO);
  }

  /**
   * @param telemetry whose tracer makes the spans
   * @param atLeast a commit or checkpoint that took less has no span: a busy log makes thousands of
   *     commits a second, of which the slow ones are worth looking at
   */
  public LogSpans(OpenTelemetry telemetry, Duration atLeast) {
    this.spans = new Spans(telemetry, atLeast);
  }

  @Override
  public void opened(LogWriter log) {
    origin = log.verifier().name();
  }

  @Override
  public void committed(int entries, long bytes, long writeNanos, long syncNanos) {
    Duration took = Duration.ofNanos(writeNanos + syncNanos);
    if (spans.isWorthASpan(took)) {
      Instant end = Instant.now();
      spans.begun("tlog.commit", end.minus(took), origin)
          .setAttribute(ENTRIES, (long) entries)
          .setAttribute(BYTES, bytes)
          .startSpan()
          .addEvent(WRITTEN, end.minusNanos(syncNanos))
          .end(end);
    }
  }

  @Override
  public void published(SignedCheckpoint checkpoint, long nanos) {
    Duration took = Duration.ofNanos(nanos);
    if (spans.isWorthASpan(took)) {
      Instant end = Instant.now();
      spans.begun("tlog.publish", end.minus(took), origin)
          .setAttribute(SIZE, checkpoint.size())
          .startSpan()
          .end(end);
    }
  }

  @Override
  public void failed(Throwable cause) {
    spans.failure("tlog.failure", origin, cause);
  }
}

package org.modelledger.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;

/** Makes spans of what is over: an observer is told when something ended and how long it took. */
final class Spans {
  static final AttributeKey<String> ORIGIN = AttributeKey.stringKey("tlog.origin");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  private static final String SCOPE = "org.modelledger";

  private final Tracer tracer;
  private final Duration atLeast;

  /** @param atLeast what took less has no span */
  Spans(OpenTelemetry telemetry, Duration atLeast) {
    this.tracer = telemetry.getTracer(SCOPE);
    this.atLeast = atLeast;
  }

  boolean isWorthASpan(Duration duration) {
    return duration.compareTo(atLeast) >= 0;
  }

  /** Begins a span in the past. The writer's threads are nobody's, so it begins a trace. */
  SpanBuilder begun(String name, Instant start, String origin) {
    return tracer.spanBuilder(name)
        .setParent(Context.root())
        .setStartTimestamp(start)
        .setAttribute(ORIGIN, origin);
  }

  /** Makes a span without duration, so that a failure is seen when it happens. */
  void failure(String name, String origin, Throwable cause) {
    Instant now = Instant.now();
    end(begun(name, now, origin).startSpan(), cause, now);
  }

  /** Ends the span of something that failed. */
  static void end(Span span, Throwable cause, Instant end) {
    span.recordException(cause)
        .setStatus(StatusCode.ERROR, String.valueOf(cause.getMessage()))
        .setAttribute(ERROR_TYPE, cause.getClass().getName())
        .end(end);
  }
}

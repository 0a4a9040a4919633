package org.modelledger.opentelemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.tlog.LogFailedException;
import org.modelledger.tlog.LogObserver;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;

class LogSpansTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String ORIGIN = "example.com/log";

  @TempDir
  Path directory;
  private final Exported exported = new Exported();

  private LogWriter open(LogObserver observer) {
    return LogWriter.open(directory.resolve("log"), LogOptions.builder()
        .signer(NoteSigner.generate(ORIGIN, new SecureRandom()))
        .publishInterval(Duration.ofHours(1))
        .observer(observer)
        .build());
  }

  @Test
  void aCommitAndACheckpointAreSpansOfTheTimeTheyTook() throws Exception {
    Instant before = Instant.now();
    try (LogWriter log = open(new LogSpans(exported.telemetry()))) {
      log.append("one".getBytes(UTF_8)).await(LIMIT);
    }
    Instant after = Instant.now();

    SpanData commit = exported.only("tlog.commit");
    assertThat(commit.getAttributes().get(AttributeKey.stringKey("tlog.origin"))).isEqualTo(ORIGIN);
    assertThat(commit.getAttributes().get(AttributeKey.longKey("tlog.commit.entries")))
        .isEqualTo(1);
    assertThat(commit.getAttributes().get(AttributeKey.longKey("tlog.commit.size"))).isEqualTo(3);
    assertThat(commit.getParentSpanContext().isValid()).isFalse();
    assertThat(commit.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    EventData written = commit.getEvents().getFirst();
    assertThat(written.getName()).isEqualTo("tlog.commit.written");
    assertThat(written.getEpochNanos())
        .isStrictlyBetween(commit.getStartEpochNanos(), commit.getEndEpochNanos());

    SpanData publish = exported.only("tlog.publish");
    assertThat(publish.getAttributes().get(AttributeKey.longKey("tlog.checkpoint.size")))
        .isEqualTo(1);
    for (SpanData span : exported.spans()) {
      assertThat(span.getStartEpochNanos()).isBetween(nanos(before), span.getEndEpochNanos() - 1);
      assertThat(span.getEndEpochNanos()).isLessThanOrEqualTo(nanos(after));
    }
  }

  private static long nanos(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }

  @Test
  void whatWasQuickerThanAskedForHasNoSpan() throws Exception {
    try (LogWriter log = open(new LogSpans(exported.telemetry(), Duration.ofHours(1)))) {
      log.append("one".getBytes(UTF_8)).await(LIMIT);
    }
    assertThat(exported.spans()).isEmpty();
  }

  @Test
  void aFailureIsASpanWithItsException() throws Exception {
    LogWriter log = open(new LogSpans(exported.telemetry(), Duration.ofHours(1)));
    log.append("one".getBytes(UTF_8)).await(LIMIT);
    Files.move(directory.resolve("log"), directory.resolve("away"));
    Files.createFile(directory.resolve("log"));
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::publish);
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::close);

    SpanData failure = exported.only("tlog.failure");
    assertThat(failure.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(failure.getStatus().getDescription()).contains("cannot publish");
    assertThat(failure.getEvents()).extracting(EventData::getName).containsExactly("exception");
    assertThat(failure.getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("org.modelledger.tlog.LogStorageException");
  }
}

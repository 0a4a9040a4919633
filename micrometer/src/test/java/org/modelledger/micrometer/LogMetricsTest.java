package org.modelledger.micrometer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.tlog.LogFailedException;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;

class LogMetricsTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String ORIGIN = "example.com/log";
  private static final NoteSigner SIGNER = NoteSigner.generate(ORIGIN, new SecureRandom());

  @TempDir
  Path directory;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private LogWriter open(LogMetrics metrics) {
    return LogWriter.open(directory.resolve("log"), LogOptions.builder()
        .signer(SIGNER)
        .publishInterval(Duration.ofHours(1))
        .observer(metrics)
        .build());
  }

  private double gauge(String name) {
    return registry.get(name).tag("origin", ORIGIN).gauge().value();
  }

  private double counter(String name) {
    return registry.get(name).tag("origin", ORIGIN).counter().count();
  }

  @Test
  void measuresCommitsAndCheckpoints() throws Exception {
    try (LogWriter log = open(new LogMetrics(registry, Tags.of("site", "a")))) {
      log.append("one".getBytes(UTF_8)).await(LIMIT);
      log.append("three".getBytes(UTF_8)).await(LIMIT);
      assertThat(gauge("tlog.size")).isEqualTo(2);
      assertThat(gauge("tlog.pending")).isZero();
      assertThat(gauge("tlog.unpublished")).isEqualTo(2);
      assertThat(gauge("tlog.checkpoint.size")).isZero();
      assertThat(gauge("tlog.checkpoint.age")).isPositive();
      log.publish();
      assertThat(gauge("tlog.unpublished")).isZero();
      assertThat(gauge("tlog.checkpoint.size")).isEqualTo(2);
    }
    assertThat(counter("tlog.entries")).isEqualTo(2);
    assertThat(counter("tlog.failures")).isZero();
    assertThat(registry.get("tlog.commit.entries").summary().totalAmount()).isEqualTo(2);
    assertThat(registry.get("tlog.commit.entries").summary().count()).isEqualTo(2);
    assertThat(registry.get("tlog.commit.size").summary().totalAmount()).isEqualTo(8);
    for (String timer : new String[]{"tlog.commit.write", "tlog.commit.sync", "tlog.publish"}) {
      assertThat(registry.get(timer).timer().totalTime(TimeUnit.NANOSECONDS)).as(timer)
          .isPositive();
    }
    assertThat(registry.get("tlog.publish").tag("site", "a").timer().count()).isEqualTo(1);
  }

  @Test
  void theGaugesGoWhenTheLogIsClosed() {
    LogMetrics metrics = new LogMetrics(registry);
    open(metrics).close();
    assertThat(registry.find("tlog.size").gauge()).isNull();
    assertThat(registry.find("tlog.entries").counter()).isNotNull();
    try (LogWriter log = open(metrics)) {
      assertThat(gauge("tlog.size")).isEqualTo((double) log.size());
    }
  }

  @Test
  void theGaugesOfAFailedLogStayUntilItIsOpenedAgain() throws Exception {
    LogWriter log = open(new LogMetrics(registry));
    log.append("one".getBytes(UTF_8)).await(LIMIT);
    Path path = directory.resolve("log");
    Path away = directory.resolve("away");
    Files.move(path, away);
    Files.createFile(path);
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::publish);
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::close);
    assertThat(counter("tlog.failures")).isEqualTo(1);
    assertThat(gauge("tlog.unpublished")).isEqualTo(1);
    assertThat(gauge("tlog.checkpoint.age")).isPositive();

    Files.delete(path);
    Files.move(away, path);
    try (LogWriter again = open(new LogMetrics(registry))) {
      assertThat(again.size()).isEqualTo(1);
      assertThat(gauge("tlog.unpublished")).isZero();
    }
  }
}

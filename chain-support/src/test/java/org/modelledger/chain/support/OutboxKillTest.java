package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills real processes (kill -9) while they open, write and drop, at times that have nothing to do with
 * what they do. {@code -Dmodelledger.kills=} sets how many; simulated kills and power failures by the
 * thousand are in {@link OutboxCrashTest}.
 */
class OutboxKillTest {
  private static final int KILLS = Integer.getInteger("modelledger.kills", 12);
  private static final int MAX_MILLIS = 400;

  @TempDir
  Path directory;

  static OutboxOptions options(Path directory) {
    return OutboxOptions.of(directory, "b")
        .withMaxSettled(Integer.MAX_VALUE)
        .withCommitInterval(Duration.ofNanos(1));
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void losesNothingDurableToAKill(TestReporter reporter) throws Exception {
    Random random = Seeds.random(reporter);
    Path outboxDirectory = directory.resolve("outbox");
    byte[] lane;
    try (Outbox outbox = Outbox.open(options(outboxDirectory))) {
      lane = outbox.lane();
    }
    long next = 0;
    long durableInAll = 0;
    for (int run = 1; run <= KILLS; run++) {
      long durable = runAndKill(outboxDirectory, run, next, random);
      durableInAll += durable;
      try (Outbox outbox = Outbox.open(options(outboxDirectory))) {
        assertThat(outbox.lane()).isEqualTo(lane);
        History.check(outbox, run, next, durable, outbox.next() - next);
        next = outbox.next();
      }
    }
    assertThat(durableInAll).isPositive();
  }

  /** Returns how many entries it said were durable. */
  private static long runAndKill(Path outbox, long run, long next, Random random)
      throws Exception {
    Process process = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
        System.getProperty("java.class.path"), KilledOutbox.class.getName(), outbox.toString(),
        Long.toString(run)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    long durable = 0;
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      assertThat(lines.readLine()).isEqualTo("first " + next);
      Thread killer = Thread.ofPlatform().start(() -> {
        try {
          var unused = process.waitFor(random.nextInt(MAX_MILLIS), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        process.toHandle().destroyForcibly(); // SIGKILL; of a Process it would close the pipe as well
      });
      String line;
      while ((line = lines.readLine()) != null) {
        if (line.matches("durable [0-9]+")) { // the last one may be cut
          long said = Long.parseLong(line.substring("durable ".length()));
          durable = said == durable + 1 ? said : durable;
        }
      }
      killer.join();
    } finally {
      process.destroyForcibly();
    }
    process.waitFor();
    return durable;
  }
}

package org.modelledger.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;

/**
 * A ledger with many events is opened from a snapshot, and from the log alone, to the same state.
 * {@code -Dmodelledger.local.events=1000000} makes it a million; it reports how long each step took.
 */
class ManyEventsTest {
  private static final int EVENTS = Integer.getInteger("modelledger.local.events", 20_000);
  private static final int MODELS = 100;
  private static final int DEPLOY_EVERY = 10;
  private static final EnvironmentName PRODUCTION = EnvironmentName.of("production");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir
  Path home;

  private static ModelName model(int i) {
    return ModelName.of("team/model-" + i % MODELS);
  }

  private static Command<?> command(int i) {
    if (i < MODELS) {
      return new Command.CreateModel(model(i));
    }
    if (i % DEPLOY_EVERY == 0 && i >= 3 * MODELS) {
      return new Command.DeployVersion(model(i + 1).version(1), PRODUCTION);
    }
    return new Command.RegisterVersion(model(i), digest("artifact", i), digest("statement", i));
  }

  private static Digest digest(String kind, int i) {
    return Digest.sha256((kind + i).getBytes(StandardCharsets.UTF_8));
  }

  private static SubmissionId id(int i) {
    return new SubmissionId(new UUID(42, i));
  }

  @Test
  @Timeout(3_600)
  void openFromASnapshotAndFromTheLogToTheSameState(TestReporter reporter) throws Exception {
    LocalRegistryOptions options = LocalRegistryOptions
        .writing(home.resolve("ledger"), TestKeys.file(home.resolve("keys"), "alice"))
        .withSnapshotEvery(Math.max(EVENTS / 4, 1_000));

    fill(options, reporter);
    List<Object> fromSnapshot = open(options, reporter, "the snapshot");
    List<Object> fromLog = open(options.withFullReplay(), reporter, "the log alone");

    assertThat(fromSnapshot).isEqualTo(fromLog);
    assertThat(home.resolve("ledger/.snapshots").toFile().list()).hasSizeBetween(1, 2);
  }

  private static void fill(LocalRegistryOptions options, TestReporter reporter) throws Exception {
    long start = System.nanoTime();
    try (LocalRegistry registry = LocalRegistry.open(options)) {
      Submission<?> last = registry.submit(id(0), command(0));
      for (int i = 1; i < EVENTS; i++) {
        last = registry.submit(id(i), command(i));
      }
      assertThat(last.await(MINUTE).header().position())
          .isEqualTo(new LedgerPosition(EVENTS - 1, 0));
      report(reporter, "events appended, pipelined from one thread", start);
      start = System.nanoTime();
    }
    report(reporter, "closing, with a snapshot", start);
  }

  private static List<Object> open(LocalRegistryOptions options, TestReporter reporter, String from)
      throws Exception {
    long start = System.nanoTime();
    try (LocalRegistry registry = LocalRegistry.open(options)) {
      report(reporter, "opening from " + from, start);
      reportHeap(reporter);
      assertThat(registry.resume(id(EVENTS - 1)).orElseThrow().await(MINUTE).header().position())
          .isEqualTo(new LedgerPosition(EVENTS - 1, 0));
      return sample(registry);
    }
  }

  private static List<Object> sample(ModelRegistry registry) {
    List<Object> sample = new ArrayList<>();
    for (int i = 0; i < MODELS; i++) {
      long latest = registry.model(model(i)).orElseThrow().latestVersion();
      sample.add(registry.model(model(i)).orElseThrow());
      sample.add(registry.deployed(model(i), PRODUCTION).map(ModelVersion::id));
      for (long version = 1; version <= latest; version += 1 + latest / 50) {
        sample.add(registry.version(model(i).version(version)).orElseThrow());
      }
    }
    for (long from = 0; from < EVENTS; from += 1 + EVENTS / 5) {
      List<LedgerEvent> page = registry.history(new LedgerPosition(from, 0), 20);
      sample.addAll(page);
    }
    return sample;
  }

  private static void report(TestReporter reporter, String what, long start) {
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    reporter.publishEntry(what, millis + " ms for " + EVENTS + " events");
  }

  private static void reportHeap(TestReporter reporter) {
    Runtime runtime = Runtime.getRuntime();
    runtime.gc();
    reporter.publishEntry("heap in use",
        (runtime.totalMemory() - runtime.freeMemory() >> 20) + " MiB");
  }
}

package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills real processes while they open, write, publish, roll and close, at times that have nothing to
 * do with what they say. {@code -Dmodelledger.kills=} sets how many.
 */
class KilledWriterTest {

  private static final int KILLS = Integer.getInteger("modelledger.kills", 25);
  private static final int LOGS = 3;
  /** A log that is longer is checked a last time and another begun, so that creating is killed, too. */
  private static final int ENOUGH = 6_000;
  private static final long NUMBERS_OF_A_ROUND = 1L << 40;
  private static final long MAX_MILLIS = 300;

  private final NoteSigner signer = NoteSigner.generate("example.com/log", new SecureRandom());

  @TempDir
  Path temporary;

  /** What is known of a log. */
  private final class Known {
    private final Path directory;
    private final Map<Long, Long> indices = new HashMap<>();
    private final Map<Long, Hash> published = new TreeMap<>();

    Known(Path directory) {
      this.directory = directory;
    }

    void publish(long size, Hash root) {
      @Nullable
      Hash before = published.putIfAbsent(size, root);
      assertThat(before == null || before.equals(root)).isTrue();
    }

    /** Looks as a reader does, before anybody repairs anything. */
    void look() throws ProofException {
      if (Files.exists(directory.resolve(Layout.CHECKPOINT))) {
        SignedCheckpoint at = LogReader.open(TileSource.directory(directory), signer.verifier())
            .latest();
        publish(at.size(), at.root());
      }
    }

    long check() throws ProofException {
      try (LogWriter log = LogWriter.open(directory, LogOptions.of(signer))) {
        SignedCheckpoint now = log.checkpoint();
        Set<Long> found = new HashSet<>();
        log.reader().entries(0, now.size(), now, (index, entry) -> {
          long number = ByteBuffer.wrap(entry).getLong();
          long known = indices.getOrDefault(number, index);
          if (!found.add(number) || known != index
              || !Arrays.equals(entry, KilledWriter.entry(number))) {
            throw new AssertionError("entry " + number + " is at " + index + ", should be at "
                + known + " and once");
          }
        });
        assertThat(found.containsAll(indices.keySet())).as("nothing is lost").isTrue();
        publish(now.size(), now.root());
        for (Map.Entry<Long, Hash> old : published.entrySet()) {
          assertThat(old.getKey()).isLessThanOrEqualTo(now.size());
          assertThat(log.reader().rootAt(old.getKey(), now)).isEqualTo(old.getValue());
        }
        log.reader().verifyAll(now).requireIntact();
        return now.size();
      }
    }
  }

  private Process start(long seed, long firstNumber, List<Path> logs) throws IOException {
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx96m", "-cp",
            System.getProperty("java.class.path"), KilledWriter.class.getName(), signer.encoded(),
            String.valueOf(seed), String.valueOf(firstNumber)));
    logs.forEach(log -> command.add(log.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS) // many of them, on a busy machine
  void killedWritersLoseNothingTheyAcknowledged() throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed());
    List<Known> logs = new ArrayList<>();
    int begun = 0;
    long acknowledged = 0;
    int openings = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      while (logs.size() < LOGS) {
        logs.add(new Known(temporary.resolve("log" + begun++)));
      }
      Process process = start(random.nextLong(), kill * NUMBERS_OF_A_ROUND,
          logs.stream().map(log -> log.directory).toList());
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        // before any of them is open, or some time after the first one is
        long millis = 1 + random.nextLong(1 + random.nextLong(MAX_MILLIS));
        String first = random.nextInt(8) == 0 ? "" : lines.readLine();
        Thread reaper = Thread.ofVirtual().start(() -> {
          try {
            process.waitFor(millis, TimeUnit.MILLISECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          // not process.destroyForcibly(), which closes the stream: what it said before counts
          process.toHandle().destroyForcibly();
        });
        for (String line = first; line != null; line = lines.readLine()) {
          String[] words = line.split(" ", -1);
          if (words[0].isEmpty()) {
            continue;
          }
          Known log = logs.get(Integer.parseInt(words[1]));
          long value = Long.parseLong(words[2]);
          switch (words[0]) {
            case "opened" -> {
              openings++;
              assertThat(value).isGreaterThanOrEqualTo(log.indices.size());
            }
            case "acknowledged" -> {
              acknowledged++;
              assertThat(log.indices.put(Long.parseLong(words[3]), value)).isNull();
            }
            case "published" -> log.publish(value, Hash.ofHex(words[3]));
            default -> throw new AssertionError(line);
          }
        }
        reaper.join();
      }
      assertThat(process.waitFor()).isNotZero();
      for (Known log : List.copyOf(logs)) {
        log.look();
        // half of them are left as they are, so that recovering is killed, too
        if (random.nextBoolean() && log.check() > ENOUGH) {
          logs.remove(log);
        }
      }
    }
    for (Known log : logs) {
      log.check();
    }
    System.out.println(KILLS + " kills of " + LOGS + " writers each, of " + begun
        + " logs in all; opened " + openings + " times, " + acknowledged
        + " entries acknowledged");
    assertThat(acknowledged).isPositive();
  }

  @Test
  void refusesASecondWriterInAnotherProcessEvenAfterARefusalInThisOne() throws Exception {
    Path directory = temporary.resolve("log");
    try (LogWriter log = LogWriter.open(directory, LogOptions.of(signer))) {
      assertThatExceptionOfType(LogLockedException.class)
          .isThrownBy(() -> LogWriter.open(directory, LogOptions.of(signer)));
      Process process = start(1, 1, List.of(directory));
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        assertThat(lines.readLine()).isEqualTo("locked");
      } finally {
        process.destroyForcibly();
      }
      assertThat(log.append(new byte[0]).index()).isZero();
    }
  }
}

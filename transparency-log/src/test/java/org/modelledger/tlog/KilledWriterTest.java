package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills real processes while they write. */
class KilledWriterTest {

  private static final int ROUNDS = 12;

  private final NoteSigner signer = NoteSigner.generate("example.com/log", new SecureRandom());

  @TempDir
  Path temporary;

  private Process start(Path log) throws IOException {
    return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", System.getProperty("java.class.path"),
        KilledWriter.class.getName(), log.toString(), signer.encoded())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void killedWritersLoseNothingTheyAcknowledged() throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed());
    Path directory = temporary.resolve("log");
    List<SignedCheckpoint> published = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Process process = start(directory);
      long acknowledged = 0;
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        int stop = random.nextInt(1, 60);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          acknowledged = Long.parseLong(line);
          if (--stop == 0) {
            // not process.destroyForcibly(), which closes the stream: what it said before counts
            process.toHandle().destroyForcibly();
          }
        }
      }
      assertThat(process.waitFor()).isNotZero();
      assertThat(acknowledged).isPositive();
      LogReader reader = LogReader.open(TileSource.directory(directory), signer.verifier());
      published.add(reader.latest()); // what a reader sees before anybody repairs anything
      try (LogWriter log = LogWriter.open(directory, LogOptions.of(signer))) {
        SignedCheckpoint now = log.checkpoint();
        assertThat(now.size()).isGreaterThanOrEqualTo(acknowledged);
        for (SignedCheckpoint old : published) {
          assertThat(log.reader().rootAt(old.size(), now)).isEqualTo(old.root());
        }
        log.reader()
            .entries(0, now.size(), now,
                (index, entry) -> assertThat(entry).isEqualTo(KilledWriter.entry(index)));
        published.add(now);
      }
    }
    LogReader reader = LogReader.open(TileSource.directory(directory), signer.verifier());
    reader.verifyAll(reader.latest()).requireIntact();
  }

  @Test
  void refusesASecondWriterInAnotherProcessEvenAfterARefusalInThisOne() throws Exception {
    Path directory = temporary.resolve("log");
    try (LogWriter log = LogWriter.open(directory, LogOptions.of(signer))) {
      assertThatExceptionOfType(LogLockedException.class)
          .isThrownBy(() -> LogWriter.open(directory, LogOptions.of(signer)));
      Process process = start(directory);
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        assertThat(lines.readLine()).isEqualTo("locked");
      } finally {
        process.destroyForcibly();
      }
      assertThat(log.append(new byte[0]).index()).isZero();
    }
  }
}

package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.testnet.TestnetException;

class PidFileTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @SuppressWarnings("NullAway.Init")
  private Process process;

  @BeforeEach
  void start() throws IOException {
    process = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void takesDownAProcessByItsFile() throws Exception {
    Path run = Files.createDirectories(directory.resolve("network/run"));
    PidFile.write(run.resolve("node.pid"), process.toHandle());

    assertThat(PidFile.findAll(run)).containsExactly(process.toHandle());
    assertThat(FabricNetwork.takeDown(directory.resolve("network"), true)).isEqualTo(1);

    assertThat(process.isAlive()).isFalse();
    assertThat(run).exists();
    assertThat(FabricNetwork.takeDown(directory.resolve("network"), false)).isZero();
    assertThat(directory.resolve("network")).doesNotExist();
  }

  @Test
  void leavesAProcessAloneThatGotTheNumberLater() throws IOException {
    Path file = directory.resolve("node.pid");
    Instant longAgo = process.info().startInstant().orElseThrow().minusSeconds(60);
    Files.writeString(file, process.pid() + " " + longAgo.toEpochMilli() + "\n");

    assertThat(PidFile.find(file)).isEmpty();
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void findsNothingWhereThereIsNoFile() throws IOException {
    assertThat(PidFile.find(directory.resolve("none.pid"))).isEmpty();
  }

  @Test
  void refusesAFileThatSaysSomethingElse() throws IOException {
    Path file = directory.resolve("node.pid");
    Files.writeString(file, "-1");

    assertThatThrownBy(() -> PidFile.find(file)).isInstanceOf(TestnetException.class)
        .hasMessageContaining("'-1'");
  }
}

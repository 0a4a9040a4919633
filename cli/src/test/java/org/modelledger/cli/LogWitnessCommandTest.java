package org.modelledger.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.tlog.Cosigned;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.WitnessClient;
import org.modelledger.tlog.WitnessPolicy;

class LogWitnessCommandTest {

  private static final NoteSigner LOG = NoteSigner.generate("example.com/log",
      new SecureRandom());

  @TempDir
  Path dir;

  private List<String> arguments;

  @BeforeEach
  void arguments() {
    arguments = List.of("log", "witness", "--key", dir.resolve("witness.key").toString(),
        "--state", dir.resolve("state").toString(), "--log", LOG.verifier().toString(),
        "--listen", "localhost:0");
  }

  private String[] and(String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** The command in a thread of its own, until it is interrupted. */
  private static final class Running implements AutoCloseable {
    final FutureTask<Integer> run;
    final Thread thread;
    final BufferedReader out;
    final StringWriter err = new StringWriter();

    Running(String... arguments) throws Exception {
      PipedWriter pipe = new PipedWriter();
      out = new BufferedReader(new PipedReader(pipe, 1 << 16));
      run = new FutureTask<>(() -> {
        try (pipe) {
          return ModelLedgerCommand.commandLine(new PrintWriter(pipe), new PrintWriter(err))
              .execute(arguments);
        }
      });
      thread = Thread.ofPlatform().start(run);
    }

    WitnessPolicy policy() throws Exception {
      String key = out.readLine();
      String url = out.readLine();
      assertThat(err.toString()).isEmpty();
      assertThat(key).startsWith("witness witness.example+");
      assertThat(url).startsWith("serving at http://127.0.0.1:");
      return WitnessPolicy.parse("witness w " + key.substring("witness ".length()) + " "
          + url.substring("serving at ".length()) + "\nquorum w\n");
    }

    @Override
    public void close() throws IOException {
      thread.interrupt();
      assertThat(run).succeedsWithin(1, TimeUnit.MINUTES).isEqualTo(ExitCode.OK);
      assertThat(out.readLine()).isEqualTo("stopped");
    }
  }

  private Cosigned cosigned(WitnessPolicy policy, String directory, int size) throws Exception {
    try (LogWriter log = LogWriter.open(dir.resolve(directory), LogOptions.of(LOG));
        WitnessClient client = WitnessClient.of(policy, Duration.ofMinutes(1))) {
      while (log.size() < size) {
        var unused = log.append((directory + log.size()).getBytes(UTF_8));
      }
      return client.cosign(log.publish(), log.reader());
    }
  }

  @Test
  void cosignsAndRemembersAcrossRuns() throws Exception {
    try (Running first = new Running(and("--create", "witness.example"))) {
      assertThat(cosigned(first.policy(), "log", 3).isQuorum()).isTrue();
    }
    try (Running second = new Running(and())) {
      WitnessPolicy policy = second.policy();
      Cosigned fork = cosigned(policy, "fork", 5);
      assertThat(fork.isQuorum()).isFalse();
      assertThat(fork.failures().getFirst().reason()).contains("does not continue");
      assertThat(cosigned(policy, "log", 5).isQuorum()).isTrue();
    }
  }

  @Test
  void theKeyIsForItsOwnerAlone() throws Exception {
    try (Running running = new Running(and("--create", "witness.example"))) {
      var unused = running.policy();
    }
    Path key = dir.resolve("witness.key");
    assertThat(Files.readString(key)).startsWith("PRIVATE+KEY+witness.example+").endsWith("\n");
    if (key.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(Files.getPosixFilePermissions(key)).hasSize(2);
    }
  }

  @Test
  void neverBeginsAnewUnasked() throws Exception {
    assertThat(Run.of(and()).err()).contains("NoSuchFileException");
    try (Running running = new Running(and("--create", "witness.example"))) {
      var unused = running.policy();
    }
    Run again = Run.of(and("--create", "witness.example"));
    assertThat(again.code()).isEqualTo(ExitCode.USAGE);
    assertThat(again.err()).contains("witness.key' is there already");
    Files.move(dir.resolve("state"), dir.resolve("lost"));
    Run lost = Run.of(and());
    assertThat(lost.code()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(lost.err()).contains("needs a new key");
    Files.writeString(dir.resolve("witness.key"), LOG.encoded());
    Run wrong = Run.of(and());
    assertThat(wrong.code()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("is not one line").doesNotContain(LOG.encoded());
    assertThat(Run.of(and("--create", "no name")).err()).contains("key name 'no name'");
  }
}

package org.modelledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.tlog.LogServer;
import org.modelledger.tlog.TileSource;

class LogServeCommandTest {

  @TempDir
  Path directory;

  private Run serve(String... more) {
    String[] all = new String[more.length + 3];
    all[0] = "log";
    all[1] = "serve";
    all[2] = directory.toString();
    System.arraycopy(more, 0, all, 3, more.length);
    return Run.of(all);
  }

  @Test
  void servesUntilItIsInterrupted() throws Exception {
    Files.writeString(directory.resolve("checkpoint"), "a checkpoint\n");
    PipedWriter written = new PipedWriter();
    try (BufferedReader lines = new BufferedReader(new PipedReader(written))) {
      FutureTask<Integer> command = new FutureTask<>(() -> ModelLedgerCommand
          .commandLine(new PrintWriter(written, true), new PrintWriter(new StringWriter()))
          .execute("log", "serve", directory.toString(), "--listen", "localhost:0", "--prefix",
              "/my/log"));
      Thread thread = Thread.ofPlatform().start(command);
      String first = String.valueOf(lines.readLine());
      assertThat(first).matches("serving .* at http://127\\.0\\.0\\.1:[1-9][0-9]*/my/log/");
      URI url = URI.create(first.substring(first.lastIndexOf(' ') + 1));
      assertThat(TileSource.http(url).read("checkpoint", 1000)).isPresent();
      thread.interrupt();
      assertThat(command.get()).isEqualTo(ExitCode.OK);
      assertThat(lines.readLine()).isEqualTo("stopped");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"8000", "localhost", ":8000", "localhost:", "localhost:65536",
      "localhost:-1", "::1:8000", "localhost:http"})
  void refusesWhatIsNoAddress(String address) {
    Run run = serve("--listen", address);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains("'" + address + "' is no address to listen on, wanted host:port");
  }

  @Test
  void takesAddressesOfBothKinds() {
    ListenAddress addresses = new ListenAddress();
    assertThat(addresses.convert("127.0.0.1:80")).hasToString("/127.0.0.1:80");
    assertThat(addresses.convert("[::1]:0")).hasToString("/[0:0:0:0:0:0:0:1]:0");
  }

  @Test
  void refusesWhatIsNoPrefix() {
    Run run = serve("--listen", "localhost:0", "--prefix", "/a/../b");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("--prefix: prefix is '/a/../b', wanted a path");
  }

  @Test
  void saysWhatItCannotServeAndWhereItCannotListen() {
    try (LogServer other = LogServer.start(directory)) {
      Run run = serve("--listen", "127.0.0.1:" + other.address().getPort());
      assertThat(run.code()).isEqualTo(ExitCode.ENVIRONMENT);
      assertThat(run.err()).startsWith("modelledger log serve: cannot listen on")
          .hasLineCount(1);
    }
    Run run = Run.of("log", "serve", directory + "/missing", "--listen", "localhost:0");
    assertThat(run.code()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(run.err()).contains("cannot serve the log in " + directory + "/missing");
  }
}

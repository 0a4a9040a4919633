package org.modelledger.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;

/** The command as processes of their own, with their exit codes and a real signal. */
class LogProcessIT {

  private static final int SIGTERM = 128 + 15;

  @TempDir
  Path temporary;

  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
            "-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static Run run(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), out, "");
  }

  @Test
  void servesALogThatAnotherProcessChecksAndStopsWhenTold() throws Exception {
    NoteSigner signer = NoteSigner.generate("example.com/log", new SecureRandom());
    Path log = temporary.resolve("log");
    try (LogWriter writer = LogWriter.open(log, LogOptions.of(signer))) {
      for (int i = 0; i < 2000; i++) {
        writer.append(("entry " + i).getBytes(UTF_8));
      }
    }
    Path key = Files.writeString(temporary.resolve("log.vkey"), signer.verifier() + "\n");

    Process server = start("log", "serve", log.toString(), "--listen", "127.0.0.1:0");
    try (BufferedReader lines = server.inputReader(UTF_8)) {
      String first = String.valueOf(lines.readLine());
      assertThat(first).startsWith("serving " + log + " at http://127.0.0.1:");
      String url = first.substring(first.lastIndexOf(' ') + 1);

      Run intact = run("log", "fsck", url, "--key", "@" + key);
      assertThat(intact.out()).startsWith("example.com/log: intact, 2000 entries");
      assertThat(intact.code()).isEqualTo(ExitCode.OK);

      Path bundle = log.resolve("tile/entries/003");
      byte[] bytes = Files.readAllBytes(bundle);
      bytes[2] ^= 1;
      Files.write(bundle, bytes);
      Run damaged = run("log", "fsck", url, "--key", "@" + key);
      assertThat(damaged.out()).startsWith("tile/entries/003, entry 768: the entry hashes to");
      assertThat(damaged.code()).isEqualTo(ExitCode.EVIDENCE);

      // not process.destroy(), which closes the stream: what it says last is wanted
      server.toHandle().destroy();
      assertThat(lines.readLine()).isEqualTo("stopped");
      assertThat(server.waitFor()).isEqualTo(SIGTERM);

      assertThat(run("log", "fsck", url, "--key", "@" + key).code())
          .isEqualTo(ExitCode.ENVIRONMENT);
    } finally {
      server.destroyForcibly();
    }
  }
}

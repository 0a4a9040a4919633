package org.modelledger.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.modelledger.model.StorageException;

/**
 * A command that has run to its end.
 *
 * @param status its exit status
 * @param output what it said, on both streams
 * @param time how long it took
 */
record CommandRun(int status, String output, Duration time) {
  private static final int LIMIT_SECONDS = 120;

  /**
   * Runs a command in this process's directory.
   *
   * @throws StorageException if it cannot be started, or does not end
   */
  static CommandRun of(List<String> command) throws InterruptedException {
    long begun = System.nanoTime();
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(),
            StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          throw new IOException("it has not ended after " + LIMIT_SECONDS + " s");
        }
        return new CommandRun(process.exitValue(), output,
            Duration.ofNanos(System.nanoTime() - begun));
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new StorageException("run", Path.of(command.getFirst()), e);
    }
  }
}

package org.modelledger.testnet;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's process with its log. Beside it runs a shell that waits for this JVM to end, however it ends, and then
 * kills the node: a test run that is killed leaves nothing behind.
 */
final class NodeProcess {
  private static final long LOOK_AGAIN_MILLIS = 20;
  private static final long GRACE_SECONDS = 20;

  private final Process process;
  private final Process guard;
  private final Path log;

  private NodeProcess(Process process, Process guard, Path log) {
    this.process = process;
    this.guard = guard;
    this.log = log;
  }

  /** Starts a command in a directory; what it prints is appended to the log. */
  static NodeProcess start(List<String> command, Path directory, Path log) {
    try {
      Process process = new ProcessBuilder(command).directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
      try {
        process.getOutputStream().close();
        // its standard input is a pipe from this JVM, which the system closes when the JVM is gone
        Process guard = new ProcessBuilder("/bin/sh", "-c",
            "trap '' INT TERM HUP; read x; kill -9 " + process.pid())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
        return new NodeProcess(process, guard, log);
      } catch (IOException e) {
        killTree(process.toHandle());
        throw e;
      }
    } catch (IOException e) {
      throw new TestnetException("'" + String.join(" ", command) + "' could not be started", e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until a condition holds.
   *
   * @return false if the process ended before it did
   */
  boolean await(BooleanSupplier condition, Duration limit, String what) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      if (!process.isAlive()) {
        return false;
      }
      if (condition.getAsBoolean()) {
        return true;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new TestnetException(
            what + " did not happen within " + limit.toSeconds() + " s; " + describe());
      }
      try {
        if (process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TestnetException("interrupted while waiting until " + what + "; " + describe(),
            e);
      }
    }
  }

  /** Asks the process to end, and kills it if it does not. */
  void stop() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    } finally {
      guard.destroyForcibly();
    }
  }

  /** Kills the process and its children, as {@code kill -9} does, and waits until they are gone. */
  void kill() {
    killTree(process.toHandle());
    guard.destroyForcibly();
  }

  String describe() {
    return "the end of its log " + log + ":\n" + tail(log, 4_000);
  }

  static void killTree(ProcessHandle root) {
    List<ProcessHandle> children = root.descendants().toList();
    root.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    children.forEach(NodeProcess::awaitEnd);
    awaitEnd(root);
  }

  private static void awaitEnd(ProcessHandle process) {
    boolean interrupted = false;
    try {
      process.onExit().get(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new TestnetException("process " + process.pid() + " did not end although it was killed",
          e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The last characters of a file; says so if it cannot be read. */
  static String tail(Path file, int characters) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long begin = Math.max(0, in.length() - characters);
      byte[] bytes = new byte[(int) (in.length() - begin)];
      in.seek(begin);
      in.readFully(bytes);
      return (begin > 0 ? "… " : "") + new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      @Nullable
      String reason = e.getMessage();
      return "(" + file + " could not be read: " + reason + ")";
    }
  }
}

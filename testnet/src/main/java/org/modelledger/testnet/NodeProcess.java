package org.modelledger.testnet;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's process with its log. Unless it is {@linkplain #startDetached detached}, a shell runs beside it that waits
 * for this JVM to end, however it ends, and then kills the node: a test run that is killed leaves nothing behind. Safe
 * for use by many threads.
 */
public final class NodeProcess {
  private static final long LOOK_AGAIN_MILLIS = 20;
  private static final long GRACE_SECONDS = 20;

  private final Process process;
  private final @Nullable Process guard;
  private final Path log;

  private NodeProcess(Process process, @Nullable Process guard, Path log) {
    this.process = process;
    this.guard = guard;
    this.log = log;
  }

  /**
   * Starts a process that ends with this JVM.
   *
   * @param command the program and its arguments
   * @param environment added to that of this JVM
   * @param directory where it works
   * @param log what it prints is appended here
   * @return the process; the caller stops it
   * @throws TestnetException if it cannot be started
   */
  public static NodeProcess start(List<String> command, Map<String, String> environment,
      Path directory, Path log) {
    return start(command, environment, directory, log, true);
  }

  /**
   * Starts a process that goes on when this JVM ends; somebody has to remember its {@link #pid}.
   *
   * @param command the program and its arguments
   * @param environment added to that of this JVM
   * @param directory where it works
   * @param log what it prints is appended here
   * @return the process; the caller stops it, or leaves it
   * @throws TestnetException if it cannot be started
   */
  public static NodeProcess startDetached(List<String> command, Map<String, String> environment,
      Path directory, Path log) {
    return start(command, environment, directory, log, false);
  }

  /**
   * Runs a program to its end.
   *
   * @param command the program and its arguments
   * @param environment added to that of this JVM
   * @param directory where it works
   * @param output what it prints goes here, in the place of what was there
   * @param limit it is killed after that time
   * @return its exit status
   * @throws TestnetException if it cannot be started or does not end in time; with the end of what it printed
   * @throws InterruptedException if interrupted; the program is killed
   */
  public static int run(List<String> command, Map<String, String> environment, Path directory,
      Path output, Duration limit) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new TestnetException("'" + String.join(" ", command) + "' could not be started", e);
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TestnetException("'" + String.join(" ", command) + "' did not end within "
            + limit.toSeconds() + " s. It printed:\n" + tail(output, 4_000));
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new TestnetException("'" + String.join(" ", command) + "' could not be run", e);
    } finally {
      killTree(process.toHandle());
    }
  }

  static NodeProcess start(List<String> command, Path directory, Path log) {
    return start(command, Map.of(), directory, log, true);
  }

  private static NodeProcess start(List<String> command, Map<String, String> environment,
      Path directory, Path log, boolean guarded) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        return new NodeProcess(process, guarded ? guard(process) : null, log);
      } catch (IOException e) {
        killTree(process.toHandle());
        throw e;
      }
    } catch (IOException e) {
      throw new TestnetException("'" + String.join(" ", command) + "' could not be started", e);
    }
  }

  /** Its standard input is a pipe from this JVM, which the system closes when the JVM is gone. */
  private static Process guard(Process process) throws IOException {
    return new ProcessBuilder("/bin/sh", "-c",
        "trap '' INT TERM HUP; read x; kill -9 " + process.pid())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /**
   * Returns the number that the system gave to the process.
   *
   * @return such as {@code kill} takes
   */
  public long pid() {
    return process.pid();
  }

  /**
   * Returns the process as the system knows it.
   *
   * @return its pid, start and children
   */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /**
   * Says whether the process runs.
   *
   * @return false once it ended
   */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until a condition holds.
   *
   * @param condition looked at again and again
   * @param limit how long
   * @param what completes the sentence "… did not happen"
   * @return false if the process ended before it did
   * @throws TestnetException if the time is over, or the thread was interrupted; with the end of the log
   */
  public boolean await(BooleanSupplier condition, Duration limit, String what) {
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
  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    } finally {
      endGuard();
    }
  }

  /** Kills the process and its children, as {@code kill -9} does, and waits until they are gone. */
  public void kill() {
    killTree(process.toHandle());
    endGuard();
  }

  private void endGuard() {
    if (guard != null) {
      guard.destroyForcibly();
    }
  }

  /**
   * Returns the end of the log for a message.
   *
   * @return the log's name and its last lines
   */
  public String describe() {
    return "the end of its log " + log + ":\n" + tail(log, 4_000);
  }

  /**
   * Kills a process and its children, as {@code kill -9} does, and waits until they are gone.
   *
   * @param root of this JVM or of another
   * @throws TestnetException if one of them does not end
   */
  public static void killTree(ProcessHandle root) {
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
    } catch (ExecutionException | TimeoutException e) {
      throw new TestnetException("process " + process.pid() + " did not end although it was killed",
          e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Returns the end of a file for a message.
   *
   * @param file such as a log
   * @param characters about how many
   * @return what it ends with, or the reason why it cannot be read
   */
  public static String tail(Path file, int characters) {
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

package org.modelledger.ml.onnxruntime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs what needs a stack that grows with the command line of the process. When its environment is made, ONNX
 * Runtime 1.29 for Linux matches the whole command line against a regular expression, which takes some 256 bytes of
 * stack for each byte: on a thread as Java makes them the process dies of a class path of 4 KB, without a word.
 */
final class LargeStack {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final long BASE_BYTES = 8L << 20;
  private static final long BYTES_FOR_EACH = 1024;

  private LargeStack() {}

  /** Returns what the work returns, or throws what it throws; not interruptible. */
  static <T> T call(Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread thread = new Thread(null, task, "onnxruntime start",
        BASE_BYTES + BYTES_FOR_EACH * commandLineBytes());
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          Throwable cause = e.getCause();
          if (cause instanceof Error error) {
            throw error;
          }
          if (cause instanceof RuntimeException failure) {
            throw failure;
          }
          throw new IllegalStateException(cause);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static long commandLineBytes() {
    if (!Files.isReadable(COMMAND_LINE)) {
      return 0;
    }
    try {
      return Files.readAllBytes(COMMAND_LINE).length;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + COMMAND_LINE, e);
    }
  }
}

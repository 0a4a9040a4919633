package org.modelledger.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Starts the command {@code modelledger}. */
public final class Main {

  private static final int SECONDS_TO_END = 10;

  private Main() {}

  /** Runs one command and ends the process with one of {@link ExitCode}'s codes. */
  public static void main(String[] arguments) {
    // Else the JDK's server waits for a client's delayed acknowledgement within one answer (40 ms), and
    // takes any number of connections. It reads these once, when it is first used.
    setIfAbsent("sun.net.httpserver.nodelay", "true");
    setIfAbsent("jdk.httpserver.maxConnections", "4096");
    CountDownLatch ended = new CountDownLatch(1);
    interruptWhenStopped(Thread.currentThread(), ended);
    int code = ExitCode.FAULT;
    try {
      code = ModelLedgerCommand
          .commandLine(writer(FileDescriptor.out), writer(FileDescriptor.err))
          .execute(arguments);
    } finally {
      ended.countDown();
    }
    System.exit(code);
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** On Ctrl-C and on SIGTERM the command is interrupted and has a while to put things in order. */
  private static void interruptWhenStopped(Thread command, CountDownLatch ended) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      if (ended.getCount() == 0) {
        return;
      }
      command.interrupt();
      try {
        boolean unused = ended.await(SECONDS_TO_END, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }, "stop"));
  }
}

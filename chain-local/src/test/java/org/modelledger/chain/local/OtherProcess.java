package org.modelledger.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.Submission;
import org.modelledger.registry.Subscription;

/** What the tests do in a JVM of its own, and how they start it. */
final class OtherProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private OtherProcess(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  static OtherProcess start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
            "-cp", System.getProperty("java.class.path"), OtherProcess.class.getName()));
    command.addAll(List.of(arguments));
    return new OtherProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Returns the next line that the process prints; fails when it prints no more. */
  String line() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the other process has ended");
    }
    return line;
  }

  /** Ends the process as {@code kill -9} does; returns what it had printed by then. */
  List<String> kill() throws Exception {
    // Process.destroyForcibly would throw away what it printed.
    assertThat(process.toHandle().destroyForcibly()).isTrue();
    List<String> lines = new ArrayList<>();
    out.lines().forEach(lines::add);
    process.waitFor();
    return lines;
  }

  int exit() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    var unused = process.destroyForcibly().onExit().join();
  }

  public static void main(String[] arguments) throws Exception {
    Home home = new Home(Path.of(arguments[1]));
    int number = Integer.parseInt(arguments[2]);
    PrintStream print = new PrintStream(new FileOutputStream(FileDescriptor.out),
        true, StandardCharsets.UTF_8);
    switch (arguments[0]) {
      case "write" -> write(home, number, print);
      case "hold" -> hold(home, print);
      case "open" -> open(home, print);
      case "read" -> read(home, number, print);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** The command that the crash test submits under {@link Home#id} of the same number. */
  static DeployVersion deploy(int number) {
    return new DeployVersion(Home.MODEL.version(1), EnvironmentName.of("e" + number));
  }

  /** Submits without end, from a number on, and prints the number of what is acknowledged. */
  private static void write(Home home, int from, PrintStream print) throws Exception {
    LocalRegistry registry = LocalRegistry.open(home.writing("alice").withSnapshotEvery(500));
    BlockingQueue<Submission<?>> inFlight = new ArrayBlockingQueue<>(
        200);
    Thread.ofPlatform().daemon().start(() -> {
      try {
        for (int number = from;; number++) {
          inFlight.take().await(Home.MINUTE);
          print.println(number);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    for (int number = from;; number++) {
      inFlight.put(registry.submit(Home.id(number), deploy(number)));
    }
  }

  /** Opens for writing and holds it until it is killed. */
  private static void hold(Home home, PrintStream print) throws Exception {
    LocalRegistry registry = home.open("alice");
    print.println(registry.ledgerId());
    new CountDownLatch(1).await();
  }

  /** Tries to open for writing and prints what happens. */
  private static void open(Home home, PrintStream print) {
    try (LocalRegistry registry = home.open("alice")) {
      print.println(registry.ledgerId());
    } catch (ModelLedgerException e) {
      print.println(e);
    }
  }

  /** Follows the ledger and prints so many events. */
  private static void read(Home home, int events, PrintStream print) throws Exception {
    try (LocalRegistry registry = LocalRegistry.open(home.reading());
        Subscription subscription = registry.subscribe(LedgerPosition.START)) {
      for (int i = 0; i < events; i++) {
        LedgerEvent event = subscription.next(Home.MINUTE).orElseThrow();
        print.println(event.header().position() + " " + event.header().transactionId());
      }
      print.println(registry.model(Home.MODEL).orElseThrow().latestVersion());
    }
  }
}

package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.Submission;
import org.modelledger.testnet.EthereumNode;

/** A client in a JVM of its own that registers one version after the other until it is killed, and goes on when it is started again. */
final class KilledClient implements AutoCloseable {
  static final String MODEL = "acme/killed";
  /** How many commands are out at most, and how far one that starts goes back. */
  static final int IN_FLIGHT = 30;
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(300);
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Process process;
  private final BufferedReader out;

  private KilledClient(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts one on the account that the node names first. */
  static KilledClient start(EthereumNode node, String contract, Path outbox, long stopAfter)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED", "-cp",
        System.getProperty("java.class.path"), KilledClient.class.getName(), node.http().toString(),
        Long.toString(node.chainId()), contract, node.accounts().get(0).privateKey(),
        outbox.toString(),
        Long.toString(stopAfter)));
    return new KilledClient(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Waits until a command of this process is final. */
  void awaitProgress() throws IOException {
    String line = out.readLine();
    assertThat(line)
        .as("what the client printed; it ended with %s",
            process.isAlive() ? "nothing yet" : "an exit")
        .isNotNull();
    assertThat(line).matches("[0-9]+");
  }

  /** Ends it as {@code kill -9} does. It must not have ended by itself: it does so when an outcome is wrong. */
  void kill() throws InterruptedException {
    assertThat(process.isAlive()).as("the client runs until it is killed; it ended with an error")
        .isTrue();
    var unused = process.toHandle().destroyForcibly();
    process.waitFor();
  }

  int exit() throws InterruptedException {
    return process.waitFor();
  }

  /** Stops all its threads, as they are: what is on its disk then is what a kill would leave. */
  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!isFrozen()) {
      assertThat(System.nanoTime() - deadline).as("the client stops within a minute").isNegative();
      Thread.onSpinWait();
    }
  }

  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    assertThat(process.isAlive()).as("the client runs; it ended with an error").isTrue();
    int status = new ProcessBuilder("kill", name, Long.toString(process.pid())).inheritIO()
        .start()
        .waitFor();
    assertThat(status).isZero();
  }

  /** Linux says so of each thread; elsewhere there is nothing to look at, and a signal has done its work by now. */
  private boolean isFrozen() throws IOException {
    Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
    if (!Files.isDirectory(tasks)) {
      return true;
    }
    try (Stream<Path> threads = Files.list(tasks)) {
      return threads.allMatch(thread -> {
        try {
          String stat = Files.readString(thread.resolve("stat"));
          return stat.startsWith("T", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
          return true; // a thread that has just ended
        }
      });
    }
  }

  @Override
  public void close() {
    var unused = process.destroyForcibly().onExit().join();
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream print = new PrintStream(new FileOutputStream(FileDescriptor.out), true,
        StandardCharsets.UTF_8);
    byte[] key = HexFormat.of().parseHex(arguments[3].substring(2));
    long stopAfter = Long.parseLong(arguments[5]);
    Versions versions = Versions.of(MODEL);
    try (EthereumSigner signer = EthereumSigner.inMemory(key);
        EthereumRegistry registry = EthereumRegistry.open(EthereumRegistryOptions
            .writing(arguments[0], arguments[2], Long.parseLong(arguments[1]), signer,
                Path.of(arguments[4]))
            .withFinality(Finality.latest())
            .withPollInterval(Duration.ofMillis(20)))) {
      // those that were out when this client, in its life before, was killed; whoever submits them again gets what
      // became of them
      long number = Math.max(0, versions.done(registry) - IN_FLIGHT);
      long first = number;
      Deque<Submission<ModelTrained>> out = new ArrayDeque<>();
      while (number - first < stopAfter || !out.isEmpty()) {
        if (number - first < stopAfter) {
          out.add(versions.submit(registry, number++));
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        if (out.size() >= IN_FLIGHT || number - first >= stopAfter) {
          long oldest = number - out.size();
          versions.awaitAll(List.of(out.remove()), oldest);
          print.println(oldest);
        }
      }
    }
  }
}

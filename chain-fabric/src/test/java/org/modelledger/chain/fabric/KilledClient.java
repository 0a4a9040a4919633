package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.Submission;

/** A client in a JVM of its own that registers one version after the other until it is killed, and goes on when it is started again. */
final class KilledClient implements AutoCloseable {
  static final String MODEL = "acme/killed";
  /** How many commands are out at most, and how far one that starts goes back. */
  static final int IN_FLIGHT = 30;
  private static final int LOG_TAIL = 4_000;
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

  private final Process process;
  private final BufferedReader out;

  private final Path log;

  private KilledClient(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Where a client's network is, and who the client is, as files. */
  record Target(List<String> peers, String channel, String chaincode, String mspId,
      Path certificate, Path key, String tlsRoots) {
    FabricRegistryOptions writing(Path directory) {
      FabricRegistryOptions options = FabricRegistryOptions
          .writing(peers, channel, FabricIdentity.ofFiles(mspId, certificate, key), directory)
          .withChaincode(chaincode)
          .withBatch(8);
      return tlsRoots.isEmpty() ? options : options.withTls(Path.of(tlsRoots));
    }
  }

  static KilledClient start(Target target, Path directory, long stopAfter) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED", "-cp",
        System.getProperty("java.class.path"), KilledClient.class.getName(),
        String.join(",", target.peers), target.channel, target.chaincode, target.mspId,
        target.certificate.toString(), target.key.toString(), target.tlsRoots,
        directory.toString(), Long.toString(stopAfter)));
    return new KilledClient(
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log(directory).toFile()))
            .start(),
        log(directory));
  }

  private static Path log(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".log");
  }

  private String errors() {
    try {
      String text = Files.readString(log);
      return text.substring(Math.max(0, text.length() - LOG_TAIL));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Waits until a command of this process is done. */
  void awaitProgress() throws IOException {
    String line = out.readLine();
    assertThat(line)
        .as("what the client printed before it ended; its errors: %s",
            line == null ? errors() : "none")
        .isNotNull();
    assertThat(line).matches("[0-9]+");
  }

  /** Ends it as {@code kill -9} does. It must not have ended by itself: it does so when an outcome is wrong. */
  void kill() throws InterruptedException {
    boolean runs = process.isAlive();
    assertThat(runs)
        .as("the client runs until it is killed; it ended with: %s", runs ? "nothing" : errors())
        .isTrue();
    var unused = process.toHandle().destroyForcibly();
    process.waitFor();
  }

  int exit() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    var unused = process.destroyForcibly().onExit().join();
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream print = new PrintStream(new FileOutputStream(FileDescriptor.out), true,
        StandardCharsets.UTF_8);
    Target target = new Target(List.of(arguments[0].split(",")), arguments[1], arguments[2],
        arguments[3], Path.of(arguments[4]), Path.of(arguments[5]), arguments[6]);
    long stopAfter = Long.parseLong(arguments[8]);
    try (
        FabricRegistry registry = FabricRegistry.open(target.writing(Path.of(arguments[7])))) {
      Versions versions = Versions.of(MODEL, "killed", registry.account().orElseThrow());
      // those that were out when this client, in its life before, was killed; whoever submits them again gets what
      // became of them
      long number = Math.max(0, Versions.done(registry, versions.model()) - IN_FLIGHT);
      long first = number;
      Deque<Submission<ModelTrained>> out = new ArrayDeque<>();
      while (number - first < stopAfter || !out.isEmpty()) {
        if (number - first < stopAfter) {
          out.add(versions.submitAgain(registry, number++));
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        if (out.size() >= IN_FLIGHT || number - first >= stopAfter) {
          long oldest = number - out.size();
          ModelTrained trained = out.remove().await(Versions.PATIENCE);
          assertThat(trained.artifact()).isEqualTo(versions.digest(oldest));
          assertThat(trained.version().number()).isEqualTo(oldest + 1);
          print.println(oldest);
        }
      }
    }
  }
}

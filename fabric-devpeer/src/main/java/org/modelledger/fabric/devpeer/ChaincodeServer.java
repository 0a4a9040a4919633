package org.modelledger.fabric.devpeer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The process of a chaincode that a test has started from its command line. */
final class ChaincodeServer implements AutoCloseable {
  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final int port;
  private final Path log;
  private @Nullable Process process;
  private @Nullable Thread hook;

  ChaincodeServer(String name, List<String> command, Map<String, String> environment)
      throws IOException {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.log = Files.createTempFile("chaincode-" + name + "-", ".log");
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = socket.getLocalPort();
    }
  }

  /** Where it listens, or will. */
  String endpoint() {
    return "127.0.0.1:" + port;
  }

  /** What it prints. */
  Path log() {
    return log;
  }

  /** Starts it; the peer finds out when it listens. */
  synchronized void start() {
    close();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("CHAINCODE_SERVER_ADDRESS", endpoint());
    builder.environment().put("CORE_CHAINCODE_ID_NAME", name + ":1");
    builder.environment().put("CHAINCODE_ID", name + ":1");
    builder.environment().put("CORE_PEER_TLS_ENABLED", "false");
    builder.environment().putAll(environment);
    try {
      Process started = builder.start();
      started.getOutputStream().close();
      process = started;
      hook = new Thread(() -> end(started), "end-" + name);
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IOException e) {
      throw new UncheckedIOException("the chaincode " + name + " cannot be started with " + command,
          e);
    }
  }

  /** Ends the process and what it has started; idempotent. */
  @Override
  public synchronized void close() {
    Process running = process;
    Thread ending = hook;
    if (running != null) {
      end(running);
      process = null;
    }
    if (ending != null) {
      hook = null;
      try {
        boolean unused = Runtime.getRuntime().removeShutdownHook(ending);
      } catch (IllegalStateException e) {
        // this JVM ends, and the hook runs anyway
      }
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    try {
      boolean unused = process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

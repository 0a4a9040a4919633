package org.modelledger.fabric.devpeer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The chaincode of the tests in a JVM of its own, on a class path without the peer and the client. */
final class ChaincodeProcess implements AutoCloseable {
  private final int port = freePort();
  private final Path log = Path.of("target", "chaincode", "chaincode-" + port + ".log");
  private @Nullable Process process;

  String endpoint() {
    return "127.0.0.1:" + port;
  }

  /** Starts it so that it speaks TLS, and shows this. */
  ChaincodeProcess startTls(DevIdentity pair) throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    Path certificate = log.resolveSibling("tls-" + port + ".crt");
    Path key = log.resolveSibling("tls-" + port + ".key");
    Files.writeString(certificate, pair.certificatePem());
    Files.writeString(key, pair.privateKeyPem());
    return start(certificate.toString(), key.toString());
  }

  /** Starts it; whether it listens already, the peer will find out. */
  ChaincodeProcess start() throws IOException {
    return start(new String[0]);
  }

  private ChaincodeProcess start(String... arguments) throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    String classPath = Arrays.stream(System.getProperty("java.class.path")
        .split(File.pathSeparator, -1))
        .filter(each -> !each.replace('\\', '/').endsWith("/fabric-devpeer/target/classes"))
        .filter(each -> !each.contains("fabric-gateway"))
        .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
            "-XX:TieredStopAtLevel=1", "-cp", classPath, TestChaincode.class.getName(),
            Integer.toString(port)));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("CORE_CHAINCODE_ID_NAME", "test:1");
    builder.environment().put("CORE_CHAINCODE_LOGGING_LEVEL", "WARNING");
    process = builder.start();
    return this;
  }

  /** What it has written until now. */
  String log() throws IOException {
    return Files.readString(log);
  }

  /** Kills it. */
  void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.destroyForcibly().waitFor();
    }
  }

  @Override
  public void close() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package org.modelledger.chain.fabric;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The registry's chaincode, a process of its own as operators start it, for a class of tests. */
final class Chaincode implements BeforeAllCallback, AfterAllCallback {
  static final String MAIN = "org.modelledger.chain.fabric.chaincode.Main";
  private static final Path TARGET = Path.of(System.getProperty("basedir", "."))
      .resolve("chaincode/target");

  @SuppressWarnings("NullAway.Init") // beforeAll
  private Process process;

  @SuppressWarnings("NullAway.Init") // beforeAll
  private Path log;

  private int port;

  /** Returns what starts it, without its address. */
  static List<String> command() {
    try {
      return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx256m", "-cp", TARGET.resolve("classes") + File.pathSeparator
              + Files.readString(TARGET.resolve("chaincode.classpath")).strip(),
          MAIN);
    } catch (IOException e) {
      throw new AssertionError("the build of chain-fabric/chaincode comes first", e);
    }
  }

  /** Returns the class path of the process, for whoever starts it otherwise. */
  static String classPath() {
    return command().get(3);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    if (isNested(context)) {
      return;
    }
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    log = Files.createTempFile("modelledger-chaincode-", ".log");
    start();
  }

  private void start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command()).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("CORE_CHAINCODE_ID_NAME", "registry:1");
    builder.environment().put("CHAINCODE_SERVER_ADDRESS", address());
    process = builder.start();
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** Ends the process at once and starts it again, at the same address. */
  void restart() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException, InterruptedException {
    if (isNested(context)) {
      return;
    }
    process.destroyForcibly().waitFor();
    Files.delete(log);
  }

  /** Classes within the test's class are told of as well. */
  private static boolean isNested(ExtensionContext context) {
    return context.getRequiredTestClass().getEnclosingClass() != null;
  }
}

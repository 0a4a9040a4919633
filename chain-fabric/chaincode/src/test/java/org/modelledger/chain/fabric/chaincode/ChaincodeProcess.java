package org.modelledger.chain.fabric.chaincode;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The chaincode's process, from the distribution that the build has made. */
final class ChaincodeProcess {
  private static final Path TARGET = Path.of(System.getProperty("basedir", "."), "target");

  private ChaincodeProcess() {}

  static Process start(Path log, Map<String, String> environment) throws IOException {
    List<String> path = new ArrayList<>();
    try (Stream<Path> jars = Files.list(TARGET)) {
      jars.filter(jar -> jar.toString().endsWith(".jar") && !jar.toString().contains("-sources")
          && !jar.toString().contains("-javadoc")).forEach(jar -> path.add(jar.toString()));
    }
    path.add(TARGET.resolve("lib") + File.separator + "*");
    ProcessBuilder builder = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp",
        String.join(File.pathSeparator, path), Main.class.getName())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

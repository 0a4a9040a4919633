package org.modelledger.testnet.fabric;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A chaincode as a service: how its process is started. It finds where to listen in the environment variable
 * {@code CHAINCODE_SERVER_ADDRESS}, and under which id it is installed in {@code CORE_CHAINCODE_ID_NAME} (and, as Go's
 * samples read it, {@code CHAINCODE_ID}). One process is started for each organisation.
 *
 * @param name the chaincode's name on the channel
 * @param version of it
 * @param command the program and its arguments
 * @param environment added to that of the JVM
 */
public record FabricChaincode(String name, String version, List<String> command,
    Map<String, String> environment) {
  /** Checks that there is a command. */
  public FabricChaincode {
    if (!Objects.requireNonNull(name, "name").matches("[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")) {
      throw new IllegalArgumentException("'" + name
          + "' is no name for a chaincode; wanted are letters and digits, with - and _ between");
    }
    if (!Objects.requireNonNull(version, "version").matches("[A-Za-z0-9_.+-]+")) {
      throw new IllegalArgumentException("'" + version
          + "' is no version of a chaincode; wanted are letters, digits and _ . + -");
    }
    command = List.copyOf(command);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("the chaincode " + name + " has no command");
    }
    environment = Map.copyOf(environment);
  }

  /**
   * Describes a chaincode in Java that runs on the same Java as this JVM.
   *
   * @param name the chaincode's name on the channel
   * @param classPath as {@code java -cp} takes it
   * @param mainClass starts its server
   * @return version 1.0 of it, with a heap of 256 MiB
   */
  public static FabricChaincode java(String name, String classPath, String mainClass) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new FabricChaincode(name, "1.0",
        List.of(java, "-Xmx256m", "-XX:+UseSerialGC", "-cp",
            Objects.requireNonNull(classPath, "classPath"),
            Objects.requireNonNull(mainClass, "mainClass")),
        Map.of());
  }

  /** What a package of it is called. */
  String label() {
    return name + "_" + version;
  }
}

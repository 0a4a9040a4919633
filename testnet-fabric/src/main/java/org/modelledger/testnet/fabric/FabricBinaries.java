package org.modelledger.testnet.fabric;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.testnet.TestnetException;

/**
 * The programs of Hyperledger Fabric, 2.5 or 3.x, in a directory as Fabric's own installer lays it out.
 *
 * @param home has {@code bin/} with cryptogen, configtxgen, orderer, osnadmin and peer, and {@code config/} with
 *     core.yaml and orderer.yaml
 */
public record FabricBinaries(Path home) {
  /** The environment variable that names the directory. */
  public static final String VARIABLE = "FABRIC_BIN";

  private static final List<String> PROGRAMS = List.of("cryptogen", "configtxgen", "orderer",
      "osnadmin", "peer");
  private static final List<String> FILES = List.of("core.yaml", "orderer.yaml");

  /**
   * Checks that everything is there.
   *
   * @throws TestnetException if something is missing; says what
   */
  public FabricBinaries {
    home = Objects.requireNonNull(home, "home").toAbsolutePath().normalize();
    List<String> missing = new ArrayList<>();
    for (String program : PROGRAMS) {
      if (!Files.isExecutable(home.resolve("bin").resolve(program))) {
        missing.add("bin/" + program);
      }
    }
    for (String file : FILES) {
      if (!Files.isReadable(home.resolve("config").resolve(file))) {
        missing.add("config/" + file);
      }
    }
    if (!missing.isEmpty()) {
      throw new TestnetException(home + " is not a directory of Hyperledger Fabric as its installer"
          + " lays it out: it lacks " + String.join(", ", missing));
    }
  }

  /**
   * Finds the directory that {@value #VARIABLE} names.
   *
   * @return empty if the variable is not set
   * @throws TestnetException if it is set and something is missing
   */
  public static Optional<FabricBinaries> ofEnvironment() {
    return of(System.getenv());
  }

  static Optional<FabricBinaries> of(Map<String, String> environment) {
    String named = environment.getOrDefault(VARIABLE, "");
    return named.isEmpty() ? Optional.empty() : Optional.of(new FabricBinaries(Path.of(named)));
  }

  /**
   * Returns what {@value #VARIABLE} names, for those who can do nothing without.
   *
   * @return the programs
   * @throws TestnetException if the variable is not set, or something is missing
   */
  public static FabricBinaries required() {
    return ofEnvironment().orElseThrow(() -> new TestnetException(VARIABLE
        + " is not set; wanted is the directory of Hyperledger Fabric's programs (2.5 or 3.x), with"
        + " bin/ and config/ as its installer lays them out"));
  }

  String program(String name) {
    return home.resolve("bin").resolve(name).toString();
  }

  /** Where core.yaml and orderer.yaml are. */
  String config() {
    return home.resolve("config").toString();
  }
}

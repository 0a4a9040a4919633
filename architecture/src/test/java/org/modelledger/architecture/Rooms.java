package org.modelledger.architecture;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rooms and the arrows between them, as docs/architecture.md draws them. */
final class Rooms {
  /** What the main code of a room may know directly. A room may also know what those rooms know. */
  static final Map<String, Set<String>> ARROWS = Map.ofEntries(Map.entry("api", Set.of()),
      Map.entry("transparency-log", Set.of()), Map.entry("tck", Set.of("api")),
      Map.entry("testnet", Set.of("api")), Map.entry("testnet-fabric", Set.of("testnet")),
      Map.entry("chain-local", Set.of("api", "transparency-log")),
      Map.entry("chain-support", Set.of("api")),
      Map.entry("chain-ethereum", Set.of("api", "chain-support")),
      Map.entry("chain-fabric/protocol", Set.of("api")),
      Map.entry("chain-fabric/chaincode", Set.of("api", "chain-fabric/protocol")),
      Map.entry("chain-fabric", Set.of("api", "chain-support", "chain-fabric/protocol")),
      Map.entry("fabric-devpeer", Set.of()), Map.entry("onnx", Set.of("api")),
      Map.entry("onnx-models", Set.of("api", "onnx")),
      Map.entry("tables", Set.of("api", "onnx")),
      Map.entry("tables-parquet", Set.of("api", "tables")),
      Map.entry("ml-exact", Set.of("api", "onnx")),
      Map.entry("ml-tokenizers", Set.of("api")),
      Map.entry("ml-onnxruntime", Set.of("api", "onnx")),
      Map.entry("ml-djl", Set.of("api", "onnx")),
      Map.entry("ml-tensorflow", Set.of("api")),
      Map.entry("core", Set.of("api", "transparency-log")),
      Map.entry("pack", Set.of("core")), Map.entry("guice", Set.of("core")),
      Map.entry("cli", Set.of("core", "pack", "tables")),
      Map.entry("micrometer", Set.of("core")), Map.entry("opentelemetry", Set.of("core")),
      Map.entry("examples",
          Set.of("core", "pack", "chain-local", "chain-ethereum", "testnet", "fabric-devpeer")));

  /** The backends: found through the ServiceLoader, so an application has them on its run-time path only. */
  static final Set<String> BACKENDS = Set.of("chain-local", "chain-ethereum", "chain-fabric",
      "ml-exact", "ml-onnxruntime", "ml-djl", "ml-tensorflow");

  /** What the tests of a room may know besides. */
  static final Map<String, Set<String>> TEST_ARROWS = Map.ofEntries(Map.entry("api", Set.of()),
      Map.entry("transparency-log", Set.of()), Map.entry("tck", Set.of()),
      Map.entry("testnet", Set.of()), Map.entry("testnet-fabric", Set.of("fabric-devpeer")),
      Map.entry("chain-local", Set.of("tck")), Map.entry("chain-support", Set.of()),
      Map.entry("chain-ethereum", Set.of("tck", "testnet", "ml-exact")),
      Map.entry("chain-fabric/protocol", Set.of()),
      Map.entry("chain-fabric/chaincode", Set.of("tck", "fabric-devpeer")),
      Map.entry("chain-fabric",
          Set.of("tck", "fabric-devpeer", "testnet-fabric", "chain-fabric/chaincode")),
      Map.entry("fabric-devpeer", Set.of()),
      Map.entry("onnx", Set.of()), Map.entry("onnx-models", Set.of()),
      Map.entry("tables", Set.of("ml-exact")), Map.entry("tables-parquet", Set.of()),
      Map.entry("ml-exact", Set.of("tck")),
      Map.entry("ml-tokenizers", Set.of()),
      Map.entry("ml-onnxruntime", Set.of("tck", "ml-exact")),
      Map.entry("ml-djl", Set.of("tck", "ml-exact")),
      Map.entry("ml-tensorflow", Set.of("tck")),
      Map.entry("core", Set.of("tck", "chain-local", "ml-exact", "tables")),
      Map.entry("pack", Set.of("chain-local", "ml-exact")),
      Map.entry("guice", Set.of("chain-local", "ml-exact")), Map.entry("cli", Set.of()),
      Map.entry("micrometer", Set.of("chain-local", "ml-exact")),
      Map.entry("opentelemetry", Set.of("chain-local", "ml-exact")),
      Map.entry("examples", Set.of("ml-exact", "chain-fabric/chaincode")));

  /** Rooms that a user starts: they may put backends on the run-time path. */
  static final Set<String> APPLICATIONS = Set.of("cli", "examples", "chain-fabric/chaincode");

  /** Rooms that look at all the others and that nobody depends on. */
  static final Set<String> OBSERVERS = Set.of("bench", "large-models",
      "architecture");

  private Rooms() {}

  /** The room that an artifact is of, by its name without the prefix; a room within another has a slash. */
  static String ofArtifact(String name) {
    return ARROWS.keySet()
        .stream()
        .filter(room -> artifact(room).equals(name))
        .findAny()
        .orElse(name);
  }

  /** The name of a room's artifact, without the prefix. */
  static String artifact(String room) {
    return room.replace('/', '-');
  }

  /** The arrows followed to their end: for each room, all the rooms it may know. */
  static Map<String, Set<String>> reachable(Map<String, Set<String>> arrows) {
    Map<String, Set<String>> reachable = new LinkedHashMap<>();
    for (String room : new TreeSet<>(arrows.keySet())) {
      Set<String> seen = new LinkedHashSet<>();
      follow(room, arrows, seen);
      reachable.put(room, Set.copyOf(seen));
    }
    return Map.copyOf(reachable);
  }

  private static void follow(String room, Map<String, Set<String>> arrows, Set<String> seen) {
    for (String next : arrows.getOrDefault(room, Set.of())) {
      if (seen.add(next)) {
        follow(next, arrows, seen);
      }
    }
  }
}

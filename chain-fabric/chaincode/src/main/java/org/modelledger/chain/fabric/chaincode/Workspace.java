package org.modelledger.chain.fabric.chaincode;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The state as the commands of one transaction see it one after the other: with what those before it
 * have written, which Fabric itself does not show. Each key is read once, and written once, at the end,
 * in the order of keys.
 */
final class Workspace {
  private final State state;
  private final Map<String, Optional<byte[]>> read = new HashMap<>();
  private final Map<String, Optional<byte[]>> written = new TreeMap<>();

  Workspace(State state) {
    this.state = state;
  }

  Optional<byte[]> get(String key) {
    Optional<byte[]> own = written.get(key);
    return own != null ? own : read.computeIfAbsent(key, state::get);
  }

  void put(String key, byte[] value) {
    written.put(key, Optional.of(value));
  }

  void delete(String key) {
    written.put(key, Optional.empty());
  }

  /** Hands everything that was written to the ledger. */
  void flush() {
    written.forEach((key, value) -> value.ifPresentOrElse(v -> state.put(key, v),
        () -> state.delete(key)));
  }
}

package org.modelledger.chain.fabric.chaincode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The state of a channel by Fabric's rules: a transaction is simulated on what is committed, does not
 * see what it writes, and is invalid if at its place in the order something that it read has changed,
 * keys in ranges that it read included.
 */
final class SimulatedState {
  private static final String AFTER_ALL = "\udbff\udfff";

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Versioned(byte[] value, long version) {}

  /** Replaced as a whole, never changed: whoever simulates keeps what it saw. */
  private NavigableMap<String, Versioned> committed = new TreeMap<>();
  private long version;

  /** Begins a transaction on what is committed now. */
  synchronized Simulation simulate() {
    return new Simulation(this, committed);
  }

  /** Commits what a transaction has written, unless something that it read has changed. */
  synchronized boolean commit(Simulation transaction) {
    for (Map.Entry<String, Long> read : transaction.reads.entrySet()) {
      if (versionOf(committed, read.getKey()) != read.getValue()) {
        return false;
      }
    }
    for (String prefix : transaction.ranges) {
      if (!versions(range(committed, prefix))
          .equals(versions(range(transaction.snapshot, prefix)))) {
        return false;
      }
    }
    version++;
    NavigableMap<String, Versioned> after = new TreeMap<>(committed);
    transaction.writes.forEach((key, value) -> value.ifPresentOrElse(
        bytes -> after.put(key, new Versioned(bytes, version)), () -> after.remove(key)));
    committed = after;
    return true;
  }

  /** Everything that is committed. */
  synchronized Map<String, String> contents() {
    Map<String, String> contents = new TreeMap<>();
    committed.forEach((key, value) -> contents.put(key, new String(value.value,
        StandardCharsets.UTF_8)));
    return contents;
  }

  private static long versionOf(NavigableMap<String, Versioned> state, String key) {
    Versioned value = state.get(key);
    return value == null ? 0 : value.version;
  }

  private static Map<String, Long> versions(Map<String, Versioned> range) {
    Map<String, Long> versions = new HashMap<>();
    range.forEach((key, value) -> versions.put(key, value.version));
    return versions;
  }

  private static NavigableMap<String, Versioned> range(NavigableMap<String, Versioned> state,
      String prefix) {
    return state.subMap(prefix, true, prefix + AFTER_ALL, false);
  }

  /** One transaction: what it reads and what it would write. */
  static final class Simulation implements State {
    private final SimulatedState ledger;
    private final NavigableMap<String, Versioned> snapshot;
    private final Map<String, Long> reads = new TreeMap<>();
    private final Set<String> ranges = new HashSet<>();
    private final Map<String, Optional<byte[]>> writes = new TreeMap<>();

    private Simulation(SimulatedState ledger, NavigableMap<String, Versioned> snapshot) {
      this.ledger = ledger;
      this.snapshot = snapshot;
    }

    @Override
    public Optional<byte[]> get(String key) {
      reads.put(key, versionOf(snapshot, key));
      return Optional.ofNullable(snapshot.get(key)).map(Versioned::value);
    }

    @Override
    public void put(String key, byte[] value) {
      if (value.length == 0) {
        throw new IllegalArgumentException("an empty value is none: " + key);
      }
      writes.put(key, Optional.of(value.clone()));
    }

    @Override
    public void delete(String key) {
      writes.put(key, Optional.empty());
    }

    @Override
    public List<Entry> range(String prefix) {
      ranges.add(prefix);
      List<Entry> entries = new ArrayList<>();
      SimulatedState.range(snapshot, prefix)
          .forEach((key, value) -> entries.add(new Entry(key, value.value())));
      return entries;
    }

    @Override
    public Slice page(String prefix, int size, String bookmark) {
      List<Entry> entries = new ArrayList<>();
      for (Map.Entry<String, Versioned> entry : SimulatedState.range(snapshot, prefix)
          .tailMap(bookmark.isEmpty() ? prefix : bookmark, true)
          .entrySet()) {
        if (entries.size() == size) {
          return new Slice(entries, entry.getKey());
        }
        entries.add(new Entry(entry.getKey(), entry.getValue().value()));
      }
      return new Slice(entries, "");
    }

    boolean commit() {
      return ledger.commit(this);
    }

    Set<String> keysRead() {
      return reads.keySet();
    }

    Set<String> keysWritten() {
      return writes.keySet();
    }

    /** The keys that it gives another version: to delete what is not there changes nothing. */
    Set<String> keysChanged() {
      Set<String> changed = new HashSet<>();
      writes.forEach((key, value) -> {
        if (value.isPresent() || snapshot.containsKey(key)) {
          changed.add(key);
        }
      });
      return changed;
    }
  }
}

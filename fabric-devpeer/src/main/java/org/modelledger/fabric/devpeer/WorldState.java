package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Every key of every chaincode with all it ever was, in memory. One thread writes; any number reads, each as of a block
 * that is complete, so that a simulation sees one state however long it takes.
 */
final class WorldState {
  /** As of whatever was written last, within a block that is being committed too. */
  static final long LATEST = Long.MAX_VALUE;

  /**
   * What a key became.
   *
   * @param value nothing if it was deleted
   * @param valueWritten whether the value was written, not only the metadata
   * @param before what it was until then
   */
  record Entry(Height height, String transactionId, Timestamp time, Optional<ByteString> value,
      Map<String, ByteString> metadata, boolean valueWritten, @Nullable Entry before) {}

  /**
   * A key that exists.
   *
   * @param key its name
   * @param value its value
   * @param height its version
   * @param metadata its metadata by name
   */
  record Found(String key, ByteString value, Height height, Map<String, ByteString> metadata) {}

  private final ConcurrentHashMap<String, ConcurrentNavigableMap<String, Entry>> namespaces = new ConcurrentHashMap<>();

  Optional<Found> get(String namespace, String key, long block) {
    ConcurrentNavigableMap<String, Entry> keys = namespaces.get(namespace);
    return keys == null ? Optional.empty() : found(key, keys.get(key), block);
  }

  /** The keys from {@code start}, inclusive; those after {@code after}, exclusive, if that is given. */
  Optional<Found> next(String namespace, String start, @Nullable String after, String end,
      boolean withEnd, long block) {
    ConcurrentNavigableMap<String, Entry> keys = namespaces.get(namespace);
    if (keys == null) {
      return Optional.empty();
    }
    NavigableMap<String, Entry> rest = after == null
        ? keys.tailMap(start, true)
        : keys.tailMap(after, false);
    for (Map.Entry<String, Entry> each : rest.entrySet()) {
      int order = end.isEmpty() ? -1 : Keys.ORDER.compare(each.getKey(), end);
      if (order > 0 || order == 0 && !withEnd) {
        return Optional.empty();
      }
      Optional<Found> found = found(each.getKey(), each.getValue(), block);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** What was written to a key, the newest first. */
  List<Entry> history(String namespace, String key, long block) {
    ConcurrentNavigableMap<String, Entry> keys = namespaces.get(namespace);
    List<Entry> history = new ArrayList<>();
    for (Entry entry = keys == null ? null : keys.get(key); entry != null; entry = entry.before()) {
      if (entry.height().block() <= block && entry.valueWritten()) {
        history.add(entry);
      }
    }
    return Collections.unmodifiableList(history);
  }

  void write(String namespace, String key, Optional<ByteString> value, Height height,
      String transactionId, Timestamp time) {
    ConcurrentNavigableMap<String, Entry> keys = keys(namespace);
    Entry before = keys.get(key);
    if (before == null && value.isEmpty()) {
      return;
    }
    Map<String, ByteString> metadata = before == null || value.isEmpty()
        ? Map.of()
        : before.metadata();
    keys.put(key, new Entry(height, transactionId, time, value, metadata, true, before));
  }

  void writeMetadata(String namespace, String key, Map<String, ByteString> metadata, Height height,
      String transactionId, Timestamp time) {
    ConcurrentNavigableMap<String, Entry> keys = keys(namespace);
    Entry before = keys.get(key);
    if (before == null || before.value().isEmpty()) {
      return; // as Fabric has it: what does not exist has no metadata
    }
    keys.put(key, new Entry(height, transactionId, time, before.value(), Map.copyOf(metadata),
        false, before));
  }

  private ConcurrentNavigableMap<String, Entry> keys(String namespace) {
    return namespaces.computeIfAbsent(namespace, name -> new ConcurrentSkipListMap<>(Keys.ORDER));
  }

  private static Optional<Found> found(String key, @Nullable Entry newest, long block) {
    Entry entry = newest;
    while (entry != null && entry.height().block() > block) {
      entry = entry.before();
    }
    if (entry == null || entry.value().isEmpty()) {
      return Optional.empty();
    }
    return Optional
        .of(new Found(key, entry.value().get(), entry.height(), entry.metadata()));
  }
}

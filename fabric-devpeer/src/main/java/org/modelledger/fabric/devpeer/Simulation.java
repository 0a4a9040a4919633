package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataEntry;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.QueryReads;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.RangeQueryInfo;
import org.jspecify.annotations.Nullable;

/** One execution of a transaction by one endorser: reads a state that stands still and notes what is read and written. */
final class Simulation {
  private final WorldState state;
  private final long block;
  private final Map<String, Noted> namespaces = new TreeMap<>(Keys.ORDER);
  private boolean written;
  private boolean paged;

  Simulation(WorldState state, long block) {
    this.state = state;
    this.block = block;
  }

  synchronized Optional<ByteString> get(String namespace, String key) {
    return read(namespace, key).map(WorldState.Found::value);
  }

  synchronized Map<String, ByteString> metadata(String namespace, String key) {
    return read(namespace, key).map(WorldState.Found::metadata).orElse(Map.of());
  }

  synchronized void put(String namespace, String key, ByteString value) throws RefusedException {
    beforeWriting(key);
    // an empty value is a deletion in Fabric too
    noted(namespace).writes.put(key, value.isEmpty() ? Optional.empty() : Optional.of(value));
  }

  synchronized void delete(String namespace, String key) throws RefusedException {
    beforeWriting(key);
    noted(namespace).writes.put(key, Optional.empty());
  }

  synchronized void putMetadata(String namespace, String key, String name, ByteString value)
      throws RefusedException {
    beforeWriting(key);
    Map<String, ByteString> metadata = new HashMap<>(
        state.get(namespace, key, block).map(WorldState.Found::metadata).orElse(Map.of()));
    metadata.putAll(noted(namespace).metadataWrites.getOrDefault(key, Map.of()));
    metadata.put(name, value);
    noted(namespace).metadataWrites.put(key, metadata);
  }

  /** Opens a query over a range of keys; what it yields is noted as it is read. */
  synchronized Range range(String namespace, String start, String end) {
    Range range = new Range(namespace, start, end);
    noted(namespace).ranges.add(range);
    return range;
  }

  /** As in Fabric, a query with pages is for transactions that only read. */
  synchronized Range pagedRange(String namespace, String start, String end)
      throws RefusedException {
    if (written) {
      throw new RefusedException(
          "the transaction has already written; queries with pages are for transactions that only read");
    }
    paged = true;
    return range(namespace, start, end);
  }

  List<WorldState.Entry> history(String namespace, String key) {
    return state.history(namespace, key, block);
  }

  /** Whether anything was written to the namespace. */
  synchronized boolean wroteTo(String namespace) {
    Noted noted = namespaces.get(namespace);
    return noted != null && (!noted.writes.isEmpty() || !noted.metadataWrites.isEmpty());
  }

  synchronized Set<String> namespaces() {
    return Set.copyOf(namespaces.keySet());
  }

  synchronized TxReadWriteSet result() {
    TxReadWriteSet.Builder result = TxReadWriteSet.newBuilder()
        .setDataModel(TxReadWriteSet.DataModel.KV);
    namespaces.forEach((namespace, noted) -> result.addNsRwset(NsReadWriteSet.newBuilder()
        .setNamespace(namespace)
        .setRwset(noted.toProto().toByteString())));
    return result.build();
  }

  private Optional<WorldState.Found> read(String namespace, String key) {
    Optional<WorldState.Found> found = state.get(namespace, key, block);
    noted(namespace).reads.put(key, found.map(WorldState.Found::height));
    return found;
  }

  private void beforeWriting(String key) throws RefusedException {
    if (key.isEmpty()) {
      throw new RefusedException("a key is empty; keys have at least one character");
    }
    if (paged) {
      throw new RefusedException(
          "the transaction has made a query with pages; such a transaction cannot write");
    }
    written = true;
  }

  private Noted noted(String namespace) {
    return namespaces.computeIfAbsent(namespace, name -> new Noted());
  }

  private static KVRead read(String key, Optional<Height> height) {
    KVRead.Builder read = KVRead.newBuilder().setKey(key);
    height.ifPresent(version -> read.setVersion(version.version()));
    return read.build();
  }

  /** What was read and written in one namespace. */
  private static final class Noted {
    private final Map<String, Optional<Height>> reads = new TreeMap<>(Keys.ORDER);
    private final Map<String, Optional<ByteString>> writes = new TreeMap<>(Keys.ORDER);
    private final Map<String, Map<String, ByteString>> metadataWrites = new TreeMap<>(Keys.ORDER);
    private final List<Range> ranges = new ArrayList<>();

    KVRWSet toProto() {
      KVRWSet.Builder set = KVRWSet.newBuilder();
      reads.forEach((key, height) -> set.addReads(read(key, height)));
      ranges.stream()
          .filter(range -> range.exhausted || range.last != null)
          .forEach(range -> set.addRangeQueriesInfo(range.toProto()));
      writes.forEach((key, value) -> {
        KVWrite.Builder write = KVWrite.newBuilder().setKey(key).setIsDelete(value.isEmpty());
        value.ifPresent(write::setValue);
        set.addWrites(write);
      });
      metadataWrites.forEach((key, metadata) -> {
        KVMetadataWrite.Builder write = KVMetadataWrite.newBuilder().setKey(key);
        metadata.entrySet()
            .stream()
            .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
            .forEach(entry -> write.addEntries(KVMetadataEntry.newBuilder()
                .setName(entry.getKey())
                .setValue(entry.getValue())));
        set.addMetadataWrites(write);
      });
      return set.build();
    }
  }

  /** A query over a range of keys. */
  final class Range {
    private final String namespace;
    private final String start;
    private final String end;
    private final QueryReads.Builder reads = QueryReads.newBuilder();
    private @Nullable String last;
    private boolean exhausted;

    private Range(String namespace, String start, String end) {
      this.namespace = namespace;
      this.start = start;
      this.end = end;
    }

    /** The next key, noted as read. */
    Optional<WorldState.Found> next() {
      synchronized (Simulation.this) {
        Optional<WorldState.Found> next = peek();
        if (next.isEmpty()) {
          exhausted = true;
        } else {
          WorldState.Found found = next.get();
          last = found.key();
          reads.addKvReads(read(found.key(), Optional.of(found.height())));
        }
        return next;
      }
    }

    /** The next key, not noted: the bookmark after a page. */
    Optional<WorldState.Found> peek() {
      return exhausted
          ? Optional.empty()
          : state.next(namespace, start, last, end, false, block);
    }

    private RangeQueryInfo toProto() {
      // until the end was reached, only what lies up to the last key read can be a phantom
      return RangeQueryInfo.newBuilder()
          .setStartKey(start)
          .setEndKey(exhausted || last == null ? end : last)
          .setItrExhausted(exhausted)
          .setRawReads(reads)
          .build();
    }
  }
}

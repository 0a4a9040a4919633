package org.modelledger.chain.local;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.modelledger.model.LogOrigin;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogStorageException;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;

/**
 * An open ledger, which several registries share: its state, and its log to page through. Thread-safe.
 */
abstract class Ledger {
  final Path directory;
  final NoteVerifier log;
  final LogOrigin origin;
  final ReentrantLock lock = new ReentrantLock();
  /** Signalled, with the lock held, when there is more to read, and when something closes. */
  final Condition advanced = lock.newCondition();

  Ledger(Path directory, NoteVerifier log) {
    this.directory = directory;
    this.log = log;
    this.origin = KeyFiles.origin(log);
  }

  /** A state, and the size of the snapshot that it was built on; 0 if it was built on none. */
  record Loaded(RegistryState state, long snapshotSize) {}

  /** Builds the state as of the checkpoint, on the newest usable snapshot if that is wanted. */
  final Loaded load(LogReader reader, SignedCheckpoint at, boolean useSnapshots) {
    long seed = new SecureRandom().nextLong();
    Optional<RegistryState> snapshot = useSnapshots
        ? new Snapshots(directory, log).newest(() -> new RegistryState(seed), reader, at)
        : Optional.empty();
    RegistryState state = snapshot.orElseGet(() -> new RegistryState(seed));
    long snapshotSize = state.size();
    Replay.apply(state, reader, at, origin);
    return new Loaded(state, snapshotSize);
  }

  /** Reads from the state at the durable end, as of now or shortly before. */
  abstract <T> T read(Function<RegistryState, T> query);

  /** Returns the events after a position; fewer than the limit only if there are no more now. */
  final List<LedgerEvent> history(LedgerPosition after, int limit) {
    return records(entryAfter(after), limit).stream().map(Recorded::event).toList();
  }

  /** Returns the index of the entry after a position. */
  static long entryAfter(LedgerPosition position) {
    return position.block() == Long.MAX_VALUE ? Long.MAX_VALUE : position.block() + 1;
  }

  /** Returns the index after the last of so many entries from an index on, of those there are. */
  static long end(long from, int limit, long size) {
    return size - from < limit ? size : from + limit;
  }

  /** Returns what the entries from an index on say. */
  abstract List<Recorded> records(long from, int limit);

  /** Returns a checkpoint, with the log to read it from, that covers an entry if it is durable. */
  abstract SignedCheckpoint checkpointOver(long index) throws InterruptedException;

  abstract LogReader reader();

  /**
   * Waits until the entry at an index may be read, but not for ever; comes back earlier if {@code
   * isClosed} says so.
   */
  abstract void awaitEntry(long index, long nanos, BooleanSupplier isClosed)
      throws InterruptedException;

  /** Lets everyone who waits look again. */
  final void wakeAll() {
    lock.lock();
    try {
      advanced.signalAll();
    } finally {
      lock.unlock();
    }
  }

  abstract void close();

  /** Reads published entries, which the state has seen already. */
  final List<Recorded> published(LogReader reader, long from, long to, SignedCheckpoint at) {
    List<byte[]> entries = new ArrayList<>();
    try {
      reader.entries(from, to, at, (index, bytes) -> entries.add(bytes));
    } catch (ProofException e) {
      throw damaged(e);
    } catch (LogStorageException e) {
      throw unreadable(directory, e);
    }
    List<Recorded> records = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      try {
        records.add(Recorded.of(from + i, entries.get(i)));
      } catch (MalformedEntryException e) {
        throw new LedgerCorruptException(from + i, origin.value(), String.valueOf(e.getMessage()));
      }
    }
    return records;
  }

  final LedgerCorruptException damaged(ProofException e) {
    return new LedgerCorruptException("the ledger " + origin + " in " + directory + " is damaged: "
        + e.getMessage(), e);
  }

  static LedgerUnavailableException unreadable(Path directory, LogStorageException e) {
    return new LedgerUnavailableException(
        "the ledger in " + directory + " cannot be read: " + e.getMessage(), e);
  }
}

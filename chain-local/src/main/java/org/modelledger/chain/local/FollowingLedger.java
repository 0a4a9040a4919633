package org.modelledger.chain.local;

import java.nio.file.Files;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogStorageException;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;

/** A ledger that someone else may be writing. Looks for more when it is read, at most so often. */
final class FollowingLedger extends Ledger {
  private final LogReader reader;
  private final long pollNanos;

  // guarded by lock
  private final RegistryState state;
  private SignedCheckpoint checkpoint;
  private long polledAt;

  private FollowingLedger(LocalRegistryOptions options, NoteVerifier log) {
    super(options.directory(), log);
    this.pollNanos = Nanos.of(options.pollInterval());
    this.reader = LogReader.open(TileSource.directory(directory), log);
    this.checkpoint = newest();
    this.state = load(reader, checkpoint, options.usesSnapshots()).state();
    this.polledAt = System.nanoTime();
  }

  /**
   * Opens a ledger for reading.
   *
   * @throws ConfigurationException if there is none in the directory
   * @throws LedgerCorruptException if it is damaged or was signed by another key
   * @throws org.modelledger.registry.LedgerUnavailableException if it cannot be read
   */
  static FollowingLedger open(LocalRegistryOptions options, NoteVerifier log) {
    if (Files.notExists(options.directory().resolve("checkpoint"))) {
      throw new ConfigurationException("there is no ledger in " + options.directory()
          + ": no checkpoint; a ledger is created by opening it with the option 'key'");
    }
    try {
      return new FollowingLedger(options, log);
    } catch (LogStorageException e) {
      throw unreadable(options.directory(), e);
    }
  }

  private SignedCheckpoint newest() {
    try {
      return reader.latest();
    } catch (ProofException e) {
      throw damaged(e);
    } catch (LogStorageException e) {
      throw unreadable(directory, e);
    }
  }

  /** Brings the state up to date if it is time to look. */
  private void refresh() {
    if (System.nanoTime() - polledAt < pollNanos) {
      return;
    }
    SignedCheckpoint newest = newest();
    if (newest.size() > checkpoint.size()) {
      try {
        Replay.apply(state, reader, newest, origin);
      } catch (LogStorageException e) {
        throw unreadable(directory, e);
      }
      checkpoint = newest;
      advanced.signalAll();
    }
    polledAt = System.nanoTime();
  }

  @Override
  <T> T read(Function<RegistryState, T> query) {
    lock.lock();
    try {
      refresh();
      return query.apply(state);
    } finally {
      lock.unlock();
    }
  }

  @Override
  List<Recorded> records(long from, int limit) {
    SignedCheckpoint at;
    lock.lock();
    try {
      refresh();
      at = checkpoint;
    } finally {
      lock.unlock();
    }
    long to = end(from, limit, at.size());
    return from >= to ? List.of() : published(reader, from, to, at);
  }

  @Override
  SignedCheckpoint checkpointOver(long index) {
    return read(state -> checkpoint);
  }

  @Override
  LogReader reader() {
    return reader;
  }

  @Override
  void awaitEntry(long index, long nanos, BooleanSupplier isClosed) throws InterruptedException {
    // Nobody tells this process of an entry; the caller looks after each interval.
    long left = Math.min(nanos, pollNanos);
    lock.lock();
    try {
      while (checkpoint.size() <= index && left > 0 && !isClosed.getAsBoolean()) {
        left = advanced.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  void close() {
    wakeAll();
  }
}

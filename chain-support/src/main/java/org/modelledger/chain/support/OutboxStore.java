package org.modelledger.chain.support;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.support.EntryCodec.MalformedValueException;
import org.modelledger.model.StorageException;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.SubmissionId;
import org.modelledger.spi.ConfigurationException;

/**
 * The file under an outbox. One thread writes ({@link #write}) and one thread reads; neither may be
 * interrupted, since that would close the file under both.
 */
final class OutboxStore implements AutoCloseable {
  static final String FILE = "outbox.mv";
  static final String LOCK = "lock";
  private static final String NEW_FILE = "outbox.new";
  private static final String FORMAT = "modelledger-outbox/1";
  private static final int LANE_BYTES = 32;
  private static final int CACHE_MEBIBYTES = 16;
  private static final int LEAST_FILL_PERCENT = 40;
  private static final int COMPACT_BYTES = 4 << 20;
  private static final int COMMITS_BETWEEN_COMPACTIONS = 256;
  private static final int DROPPED_AT_LEAST = 1_000;

  private final OutboxOptions options;
  private final Path file;
  private final FileChannel lockChannel;
  private final FileLock lock;
  private final MVStore store;
  private final MVMap<String, String> meta;
  private final MVMap<Long, byte[]> pending;
  private final MVMap<Long, byte[]> settled;
  private final byte[] lane;
  private long next;
  private int commits;

  /** What a write changed: the entries that are gone. */
  record Written(List<SubmissionId> dropped) {}

  private OutboxStore(OutboxOptions options, FileChannel lockChannel, FileLock lock, MVStore store,
      Map<SubmissionId, Long> index) {
    this.options = options;
    this.file = options.directory().resolve(FILE);
    this.lockChannel = lockChannel;
    this.lock = lock;
    this.store = store;
    this.meta = meta(store);
    this.pending = entries(store, "pending");
    this.settled = entries(store, "settled");
    this.lane = checkIdentity();
    this.next = readEntries(index);
  }

  private static MVMap<String, String> meta(MVStore store) {
    return store.openMap("meta", new MVMap.Builder<String, String>()
        .keyType(StringDataType.INSTANCE)
        .valueType(StringDataType.INSTANCE));
  }

  private static MVMap<Long, byte[]> entries(MVStore store, String name) {
    return store.openMap(name, new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE)
        .valueType(ByteArrayDataType.INSTANCE)
        .singleWriter());
  }

  /**
   * Opens an outbox, or makes it.
   *
   * @param index gets the sequence number of every pending entry, and its complement of a settled one
   */
  static OutboxStore open(OutboxOptions options, Map<SubmissionId, Long> index) {
    Path directory = options.directory();
    FileChannel lockChannel;
    try {
      Files.createDirectories(directory);
      lockChannel = FileChannel.open(directory.resolve(LOCK),
          Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new StorageException("open the outbox", directory, e);
    }
    MVStore store = null;
    boolean opened = false;
    try {
      FileLock lock = lock(directory, lockChannel);
      Path file = directory.resolve(FILE);
      if (!Files.exists(file)) {
        create(options);
      }
      store = openStore(options, file);
      OutboxStore outbox = new OutboxStore(options, lockChannel, lock, store, index);
      opened = true;
      return outbox;
    } catch (IOException e) {
      throw new StorageException("open the outbox", directory, e);
    } catch (MVStoreException e) {
      throw unreadable(directory, e);
    } finally {
      if (!opened) {
        if (store != null) {
          store.closeImmediately();
        }
        closeQuietly(lockChannel);
      }
    }
  }

  private static FileLock lock(Path directory, FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null; // this process has it open
    }
    if (lock == null) {
      throw new LedgerUnavailableException("the outbox " + directory
          + " is open already, in this process or another one; close it there, or use another"
          + " directory");
    }
    return lock;
  }

  private static MVStore openStore(OutboxOptions options, Path file) {
    SafeFileStore files = new SafeFileStore(CACHE_MEBIBYTES);
    files.open(options.fileSystem() + file.toAbsolutePath(), false, null);
    MVStore store = new MVStore.Builder().adoptFileStore(files)
        .autoCommitDisabled()
        .autoCommitBufferSize(0)
        .open();
    // the wait before space is used again is for disks that are not synced; versions are kept anyway
    store.setRetentionTime(0);
    return store;
  }

  /** Makes the file under another name: where it is, it is whole. */
  private static void create(OutboxOptions options) throws IOException {
    Path directory = options.directory();
    Path temporary = directory.resolve(NEW_FILE);
    Files.deleteIfExists(temporary);
    byte[] lane = new byte[LANE_BYTES];
    new SecureRandom().nextBytes(lane);
    MVStore store = openStore(options, temporary);
    boolean made = false;
    try {
      MVMap<String, String> meta = meta(store);
      meta.put("format", FORMAT);
      meta.put("lane", HexFormat.of().formatHex(lane));
      meta.put("binding", options.binding());
      meta.put("state", "0 0 0");
      entries(store, "pending");
      entries(store, "settled");
      store.commit();
      store.sync();
      store.close();
      made = true;
    } finally {
      if (!made) {
        store.closeImmediately();
      }
    }
    Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(directory);
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  private static void syncDirectory(Path directory) throws IOException {
    if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return; // Windows cannot open a directory, and needs no sync of it
    }
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    }
  }

  private static RuntimeException unreadable(Path directory, MVStoreException e) {
    if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
      return new LedgerUnavailableException("the outbox " + directory
          + " is open in another program", e);
    }
    if (e.getErrorCode() == DataUtils.ERROR_FILE_CORRUPT
        || e.getErrorCode() == DataUtils.ERROR_CHUNK_NOT_FOUND
        || e.getErrorCode() == DataUtils.ERROR_UNSUPPORTED_FORMAT
        || e.getErrorCode() == DataUtils.ERROR_INTERNAL) {
      return corrupt(directory, String.valueOf(e.getMessage()), e);
    }
    return new StorageException("open the outbox", directory, e);
  }

  private static OutboxCorruptException corrupt(Path directory, String what,
      @Nullable Throwable cause) {
    return new OutboxCorruptException(
        "the outbox " + directory + " is damaged: " + FILE + ": " + what, cause);
  }

  private byte[] checkIdentity() {
    Path directory = options.directory();
    String format = meta.get("format");
    if (!FORMAT.equals(format)) {
      throw corrupt(directory, "its format is '" + format + "', wanted '" + FORMAT + "'", null);
    }
    String binding = meta.get("binding");
    if (!options.binding().equals(binding)) {
      throw new ConfigurationException("the outbox " + directory + " belongs to '" + binding
          + "', not to '" + options.binding()
          + "': each account on each ledger has an outbox of its own");
    }
    try {
      byte[] bytes = HexFormat.of().parseHex(String.valueOf(meta.get("lane")));
      if (bytes.length == LANE_BYTES) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw corrupt(directory, "its lane is no hexadecimal number", e);
    }
    throw corrupt(directory, "its lane has not " + LANE_BYTES + " bytes", null);
  }

  /** Reads everything once, checks it, and returns the next sequence number. */
  private long readEntries(Map<SubmissionId, Long> index) {
    Path directory = options.directory();
    String state = meta.get("state");
    long after = 0;
    long pendingCount = 0;
    long settledCount = 0;
    try {
      Cursor<Long, byte[]> cursor = settled.cursor(null);
      while (cursor.hasNext()) {
        long sequence = cursor.next();
        index.put(EntryCodec.settled(sequence, cursor.getValue()).id(), ~sequence);
        settledCount++;
        after = sequence + 1;
      }
      cursor = pending.cursor(null);
      while (cursor.hasNext()) {
        long sequence = cursor.next();
        index.put(EntryCodec.pending(sequence, cursor.getValue()).id(), sequence);
        pendingCount++;
        after = Math.max(after, sequence + 1);
      }
    } catch (MalformedValueException e) {
      throw corrupt(directory, e.getMessage() == null ? "" : e.getMessage(), e);
    } catch (MVStoreException e) {
      throw e;
    } catch (RuntimeException e) {
      // what H2 lets escape when a page was changed: ArrayIndexOutOfBounds, BufferUnderflow
      throw corrupt(directory, e.toString(), e);
    }
    String[] parts = String.valueOf(state).split(" ", -1);
    if (parts.length == 3 && parts[1].equals(Long.toString(pendingCount))
        && parts[2].equals(Long.toString(settledCount))
        && index.size() == pendingCount + settledCount) {
      try {
        long stored = Long.parseLong(parts[0]);
        if (stored >= after) {
          return stored;
        }
      } catch (NumberFormatException e) {
        throw corrupt(directory, "its state is '" + state + "'", e);
      }
    }
    throw corrupt(directory, "it has " + pendingCount + " pending and " + settledCount
        + " settled entries with " + index.size() + " ids, the last one " + (after - 1)
        + "; its state says '" + state + "'", null);
  }

  byte[] lane() {
    return lane;
  }

  /** Returns the next sequence number as it was after opening or the last write. */
  long next() {
    return next;
  }

  long pendingCount() {
    return pending.sizeAsLong();
  }

  /**
   * Makes entries and outcomes durable, and drops settled entries that are too many or too old.
   *
   * @throws StorageException if the disk failed: nothing may be written any more
   */
  Written write(List<OutboxEntry> added, Map<Long, byte[]> outcomes) {
    try {
      long now = options.clock().millis();
      for (OutboxEntry entry : added) {
        pending.append(entry.sequence(), EntryCodec.pending(entry));
        next = entry.sequence() + 1;
      }
      for (Map.Entry<Long, byte[]> outcome : outcomes.entrySet()) {
        settle(outcome.getKey(), outcome.getValue(), now);
      }
      List<SubmissionId> dropped = drop(now, outcomes.size());
      meta.put("state", next + " " + pending.sizeAsLong() + " " + settled.sizeAsLong());
      store.commit();
      store.sync();
      compactNowAndThen();
      return new Written(dropped);
    } catch (MVStoreException | MalformedValueException e) {
      store.closeImmediately();
      throw new StorageException("write the outbox", file, e);
    }
  }

  private void settle(long sequence, byte[] outcome, long now) throws MalformedValueException {
    byte[] value = pending.get(sequence);
    if (value != null) {
      settled.put(sequence, EntryCodec.settled(sequence, value, outcome, now));
      pending.remove(sequence);
    }
  }

  /** A bounded number at a time: twice as many as came, so that a backlog shrinks. */
  private List<SubmissionId> drop(long now, int settledNow) throws MalformedValueException {
    List<SubmissionId> dropped = new ArrayList<>();
    int most = 2 * settledNow + DROPPED_AT_LEAST;
    long oldest = now - options.maxAge().toMillis();
    while (dropped.size() < most) {
      Long first = settled.firstKey();
      byte[] value = first == null ? null : settled.get(first);
      if (first == null || value == null || (settled.sizeAsLong() <= options.maxSettled()
          && EntryCodec.settledAtMillis(value) >= oldest)) {
        break;
      }
      dropped.add(EntryCodec.settled(first, value).id());
      settled.remove(first);
    }
    return dropped;
  }

  /** Moves what is left of old chunks together, so that their space is used again. */
  private void compactNowAndThen() {
    commits++;
    if (commits % COMMITS_BETWEEN_COMPACTIONS == 0
        && store.compact(LEAST_FILL_PERCENT, COMPACT_BYTES)) {
      store.commit();
      store.sync();
    }
  }

  /** Finds an entry that was written; the thread that reads only. */
  Optional<OutboxEntry> read(long sequence) {
    return reading(() -> {
      byte[] value = pending.get(sequence);
      if (value != null) {
        return Optional.of(EntryCodec.pending(sequence, value));
      }
      value = settled.get(sequence); // after pending: entries move from there to here
      return value == null ? Optional.empty() : Optional.of(EntryCodec.settled(sequence, value));
    });
  }

  /** Returns written entries that are pending, in order; the thread that reads only. */
  List<OutboxEntry> pending(long from, long before, int limit, Set<Long> without) {
    return reading(() -> {
      List<OutboxEntry> entries = new ArrayList<>();
      Cursor<Long, byte[]> cursor = pending.cursor(from);
      while (cursor.hasNext() && entries.size() < limit) {
        long sequence = cursor.next();
        if (sequence >= before) {
          break;
        }
        if (!without.contains(sequence)) {
          entries.add(EntryCodec.pending(sequence, cursor.getValue()));
        }
      }
      return entries;
    });
  }

  private interface Read<T> {
    T run() throws MalformedValueException;
  }

  private <T> T reading(Read<T> read) {
    MVStore.TxCounter usage;
    try {
      usage = store.registerVersionUsage(); // nothing that this version has is overwritten meanwhile
    } catch (MVStoreException e) {
      throw new StorageException("read the outbox", file, e);
    }
    try {
      return read.run();
    } catch (MVStoreException e) {
      throw new StorageException("read the outbox", file, e);
    } catch (MalformedValueException e) {
      throw corrupt(options.directory(), String.valueOf(e.getMessage()), e);
    } finally {
      store.deregisterVersionUsage(usage);
    }
  }

  @Override
  public void close() {
    try {
      // a read that ended within a commit left its version counted as in use, until the next one ends
      store.deregisterVersionUsage(store.registerVersionUsage());
      store.close();
    } catch (MVStoreException e) {
      store.closeImmediately(); // all that was acknowledged is on the disk
    } finally {
      release();
    }
  }

  private void release() {
    try {
      lock.release();
    } catch (IOException e) {
      // closing the channel releases it as well
    }
    closeQuietly(lockChannel);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // nothing was written through it
    }
  }
}

package org.modelledger.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.encryption.KeyRotation;
import org.modelledger.internal.envelope.Envelope;
import org.modelledger.internal.envelope.KeyFile;
import org.modelledger.internal.envelope.WrappedKey;
import org.modelledger.internal.secret.RandomBytes;
import org.modelledger.internal.secret.SecretFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/**
 * The evidence to the receipts of one log, by the receipt's index: encrypted, in files that are
 * appended to and never rewritten, but for one thing. Each record has a random key of its own, kept
 * encrypted beside it, and {@link #erase} overwrites that key. What is left is noise to everyone, the
 * owner included.
 *
 * <p>Evidence can be filed under subjects, such as a customer, and {@link #eraseSubject} erases all that is
 * filed under one. {@link #rewrapKeys} wraps the keys of the files anew, under another key-encryption
 * key; no record is written for that.
 *
 * <p>The limits of erasing: copies made before (backups, snapshots, a file system that copies on write,
 * the spare blocks of a solid-state disk) may still hold the key, encrypted under the store's. Where
 * that matters, keep no such copies longer than the data may live, or destroy the store's key.
 *
 * <p>One process at a time; safe for use by several threads. Memory: 32 bytes a thousand receipts in the
 * files that are open, at most 16 of 256 MiB and the newest; about 100 bytes for each other file. A
 * method that fails on the disk throws {@link EvidenceException}, and the store takes nothing more until
 * it is opened again.
 */
public final class EvidenceStore implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(EvidenceStore.class.getName());

  /** The longest evidence to one receipt. */
  static final int MAX_BODY_BYTES = 1 << 30;

  private static final long SEGMENT_BYTES = 256L << 20;
  private static final int MAX_OPEN = 16;

  /** A file and where it begins; opened when something in it is asked for. */
  private record Listed(Path path, long firstIndex) {}

  private final Path directory;
  private final Envelope keys;
  private final FileChannel lockFile;
  private final long segmentBytes;

  private final ReentrantLock sealing = new ReentrantLock();
  // guarded by sealing
  private final RandomBytes random = new RandomBytes();
  private @Nullable SegmentKey sealingKey;
  private @Nullable SubjectKey subjectKey;

  /** Held by what goes through all files; taken before the others. */
  private final ReentrantLock going = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  // guarded by lock
  /** In the order in which they were written, each beginning where no earlier one goes to. */
  private final List<Listed> files = new ArrayList<>();
  private final LinkedHashMap<Path, Segment> opened = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable Segment newest;
  private int nextNumber;
  private long nextIndex;
  private boolean closed;
  private @Nullable Throwable failure;

  private EvidenceStore(Path directory, Envelope keys, FileChannel lockFile, long segmentBytes) {
    this.directory = directory;
    this.keys = keys;
    this.lockFile = lockFile;
    this.segmentBytes = segmentBytes;
  }

  /**
   * Opens a store, or creates it. A record that was being written when the last process died is cut
   * off, and one whose receipt never made it into the log is erased. Reads the newest file, and of the
   * others only where they begin: damage in them is found when what lies there is looked up.
   *
   * @param directory created if missing, for its owner alone
   * @param keys wraps the key of each file, 256 MiB of records, and is asked once for each
   * @param logSize how many receipts are durable in the log
   * @throws EvidenceException if another process has the store open
   * @throws EvidenceCorruptException if a file is damaged; nothing is changed then
   * @throws StorageException if the directory cannot be created or read
   */
  public static EvidenceStore open(Path directory, KeyManagement keys, long logSize) {
    return open(directory, keys, logSize, SEGMENT_BYTES);
  }

  static EvidenceStore open(Path directory, KeyManagement keys, long logSize, long segmentBytes) {
    Envelope envelope = new Envelope(keys);
    SecretFiles.createDirectory(directory);
    FileChannel lockFile = lock(directory);
    EvidenceStore store = new EvidenceStore(directory, envelope, lockFile, segmentBytes);
    try {
      store.load(logSize);
      return store;
    } catch (IOException e) {
      store.closeFiles();
      throw new StorageException("read evidence in", directory, e);
    } catch (RuntimeException e) {
      store.closeFiles();
      throw e;
    }
  }

  private static FileChannel lock(Path directory) {
    Path path = directory.resolve("lock");
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new StorageException("open", path, e);
    }
    FileLock held = null;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // held by this very process: no lock, as with any other
    } catch (IOException e) {
      closeQuietly(channel);
      throw new StorageException("lock", path, e);
    }
    if (held == null) {
      closeQuietly(channel);
      throw new EvidenceException("another user has the evidence in " + directory + " open");
    }
    return channel;
  }

  private void load(long logSize) throws IOException {
    List<Path> erasures = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path path : all) {
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(Segment.UNFINISHED)) {
          Files.delete(path); // its creation was cut off, so nothing is in it
        } else if (name.matches("[0-9]{8}\\.(evidence|key)")) {
          // keys count, too: the one of a file that somebody took away is not overwritten
          nextNumber = Math.max(nextNumber, Integer.parseInt(name.substring(0, 8)) + 1);
        } else if (SubjectErasure.isOne(path)) {
          erasures.add(path);
        }
      }
    }
    for (Path path : segmentPaths()) {
      try (Segment segment = Segment.open(path)) {
        list(path, segment.firstIndex());
      }
    }
    recover(logSize);
    nextIndex = logSize;
    for (Path erasure : erasures) {
      finish(SubjectErasure.resume(erasure));
    }
  }

  private void finish(SubjectErasure erasure) throws IOException {
    try {
      var unused = erasure.run(segmentPaths());
    } catch (ModelFormatException e) {
      LOGGER.log(System.Logger.Level.WARNING, "a subject is not erased from all of " + directory
          + "; it is tried again when the evidence is opened next", e);
    }
  }

  private List<Path> segmentPaths() throws IOException {
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + Segment.SUFFIX)) {
      all.forEach(paths::add);
    }
    Collections.sort(paths);
    return paths;
  }

  /** Adds a file to the list. What begins where it does, or behind, never got into the log. */
  private void list(Path path, long firstIndex) {
    while (!files.isEmpty() && files.getLast().firstIndex() >= firstIndex) {
      files.removeLast();
    }
    files.add(new Listed(path, firstIndex));
  }

  /** Sees to the last file that has evidence to a receipt in the log, and to those behind it. */
  private void recover(long logSize) throws IOException {
    int from = Math.max(0, holder(logSize - 1));
    for (Listed file : files.subList(Math.min(from, files.size()), files.size())) {
      try (Segment segment = Segment.open(file.path())) {
        recover(segment, logSize);
      }
    }
  }

  /**
   * Every record is durable before its receipt is, so what cannot be read was cut off while it was
   * written if all durable receipts have been seen, and is damage otherwise.
   */
  private static void recover(Segment segment, long logSize) throws IOException {
    long next = segment.firstIndex();
    boolean wiped = false;
    RecordScanner scanner = new RecordScanner(segment, segment.start());
    while (!scanner.atEnd()) {
      RecordHeader header = scanner.peek();
      if (header == null || header.index() > next || header.index() < segment.firstIndex()) {
        if (next < logSize) {
          throw segment.corrupt(scanner.position(),
              "there is no whole record; the next one is that of receipt " + next);
        }
        segment.truncate(scanner.position());
        break;
      }
      if (header.index() >= logSize) {
        wiped |= wipe(segment, scanner.position(), header);
      }
      next = header.index() + 1;
      scanner.skip(header);
    }
    if (next < logSize) {
      throw segment.corrupt(segment.end(), "it ends before receipt " + next + "; the log has "
          + logSize + " entries");
    }
    if (wiped) {
      segment.force();
    }
  }

  /** Returns the place in the list of the file that has an index if any has; -1 if none can. */
  private int holder(long index) {
    int low = 0;
    int high = files.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (files.get(middle).firstIndex() <= index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  private Segment segment(Listed file) throws IOException {
    Segment writing = newest;
    if (writing != null && writing.path().equals(file.path())) {
      return writing;
    }
    Segment known = opened.get(file.path());
    if (known == null) {
      known = Segment.open(file.path());
      keepOpen(known);
    }
    return known;
  }

  private void keepOpen(Segment segment) {
    opened.put(segment.path(), segment);
    if (opened.size() > MAX_OPEN) {
      closeQuietly(Objects.requireNonNull(opened.pollFirstEntry()).getValue());
    }
  }

  /** Returns an empty batch for evidence that will be added. */
  public EvidenceBatch newBatch() {
    return new EvidenceBatch(this);
  }

  /** Returns the key for what begins at an index: the last one while its file has room. */
  SegmentKey keyFor(long index) {
    sealing.lock();
    try {
      SegmentKey key = sealingKey;
      if (key == null || key.firstIndex() > index || key.sealedBytes() >= segmentBytes) {
        key = SegmentKey.create(keys, directory, index, random);
        sealingKey = key;
      }
      return key;
    } finally {
      sealing.unlock();
    }
  }

  /** Returns the key of subjects, made when it is first needed. */
  SubjectKey subjectKey() {
    sealing.lock();
    try {
      SubjectKey known = subjectKey;
      if (known == null) {
        Optional<SubjectKey> stored = SubjectKey.read(keys, directory);
        known = stored.isPresent()
            ? stored.get()
            : SubjectKey.create(keys, directory, random);
        subjectKey = known;
      }
      return known;
    } catch (IOException e) {
      throw new EvidenceException("cannot read or write the key of subjects in " + directory + ": "
          + e.getMessage(), e);
    } finally {
      sealing.unlock();
    }
  }

  /**
   * Adds the evidence to the next entries. Not durable before {@link #sync()}.
   *
   * @param batch of this store, and not used until this returns
   * @throws IllegalArgumentException if it does not begin where the last one ended
   */
  public void append(EvidenceBatch batch) {
    if (batch.store() != this) {
      throw new IllegalArgumentException("the batch belongs to another store");
    }
    writing("write", () -> {
      if (batch.firstIndex() != nextIndex) {
        throw new IllegalArgumentException("evidence to receipt " + batch.firstIndex()
            + " comes out of turn; the next is that to receipt " + nextIndex);
      }
      if (batch.count() == 0) {
        return;
      }
      Segment segment = segmentFor(batch.key());
      long position = segment.end();
      segment.append(batch.bytes());
      for (int i = 0; i < batch.count(); i++) {
        segment.records().add(nextIndex++, position);
        position += batch.length(i);
      }
    });
  }

  private Segment segmentFor(SegmentKey key) throws IOException {
    Segment full = newest;
    if (full != null && full.takes(key)) {
      return full;
    }
    if (key.firstIndex() != nextIndex) {
      throw new IllegalStateException("the key of a file that begins with receipt "
          + key.firstIndex() + " comes with receipt " + nextIndex);
    }
    if (full != null) {
      full.force();
      keepOpen(full);
      newest = null;
    }
    Path path = directory.resolve(
        String.format(Locale.ROOT, "%08d%s", nextNumber, Segment.SUFFIX));
    Segment fresh = Segment.create(path, key, keys);
    newest = fresh;
    nextNumber++;
    KeyFile.syncDirectory(directory);
    list(path, key.firstIndex());
    return fresh;
  }

  /** Returns when everything that was added is on the disk. */
  public void sync() {
    writing("sync", () -> {
      Segment segment = newest;
      if (segment != null) {
        segment.force();
      }
    });
  }

  /**
   * Looks up what there is on a receipt. The first look into an older file reads all of it, once.
   *
   * @throws EvidenceCorruptException if it is damaged
   * @throws org.modelledger.encryption.KeyUnavailableException if the key-encryption key that it needs is
   *     gone or cannot be reached; names it
   * @throws EvidenceException if it cannot be read
   */
  public EvidenceLookup find(long index) {
    lock.lock();
    try {
      requireOpen();
      Found record = locate(index);
      return record == null ? new EvidenceLookup.Absent() : read(record);
    } catch (IOException e) {
      throw new EvidenceException("cannot read the evidence to receipt " + index + " in "
          + directory + ": " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private record Found(Segment segment, long position, RecordHeader header) {}

  /** Returns null if there never was a record of this index in this store. */
  private @Nullable Found locate(long index) throws IOException {
    int at = index < nextIndex ? holder(index) : -1;
    if (at < 0) {
      return null;
    }
    Segment segment = segment(files.get(at));
    RecordIndex.Start start = segment.records().find(index);
    if (start == null) {
      throw segment.corrupt(segment.end(), "no whole record of receipt " + index + " is in it");
    }
    RecordScanner scanner = segment.goTo(start);
    RecordHeader header = scanner.peek();
    if (header == null || header.index() != index) {
      throw segment.corrupt(scanner.position(), "the header of the record of receipt " + index
          + " does not have the check sum it names");
    }
    return new Found(segment, scanner.position(), header);
  }

  private EvidenceLookup read(Found record) throws IOException {
    Segment segment = record.segment();
    byte state = state(segment, record.position());
    return switch (state) {
      case RecordHeader.STATE_NONE -> new EvidenceLookup.Absent();
      case RecordHeader.STATE_ERASED -> new EvidenceLookup.Erased();
      case RecordHeader.STATE_KEPT -> new EvidenceLookup.Kept(decrypt(record));
      default -> throw segment.corrupt(record.position() + RecordHeader.BYTES, "receipt "
          + record.header().index() + " has the unknown state " + state);
    };
  }

  static byte state(Segment segment, long position) throws IOException {
    return segment.read(position + RecordHeader.BYTES, 1).get();
  }

  private Evidence decrypt(Found record) throws IOException {
    Segment segment = record.segment();
    RecordHeader header = record.header();
    long keyAt = record.position() + RecordHeader.BYTES + 1;
    byte[] wrappedKey = segment.readBytes(keyAt, header.keyLength());
    byte[] body = segment.readBytes(keyAt + header.keyLength(), header.bodyLength());
    try {
      return Evidence.decode(segment.hasNoKey()
          ? RecordSealer.openVersion1(keys, segment.path(), header.index(), header.leaf(),
              wrappedKey, body)
          : RecordSealer.open(segment.key(keys), header.index(), header.leaf(), wrappedKey, body));
    } catch (GeneralSecurityException e) {
      throw segment.corrupt(record.position(), "the evidence to receipt " + header.index()
          + " does not decrypt; it was changed, or written with another key", e);
    }
  }

  /**
   * Destroys the evidence to a receipt. When this returns it is gone from this store for good; the
   * class says what that does not reach.
   *
   * @return whether there was any that had not been erased before
   */
  public boolean erase(long index) {
    boolean[] erased = new boolean[1];
    writing("erase evidence in", () -> {
      Found record = locate(index);
      if (record != null) {
        erased[0] = wipe(record.segment(), record.position(), record.header());
        record.segment().force();
      }
    });
    return erased[0];
  }

  /**
   * Destroys the evidence to all receipts that are filed under a subject and durable when this is called.
   * If the process dies on the way, the rest is done when the store is opened next. Reads all files,
   * some seconds for 10 GiB; receipts go on meanwhile.
   *
   * @param attribute the name of an attribute that evidence is filed by; see {@link
   *     org.modelledger.receipt.ReceiptOptions.Builder#subjects}
   * @param value of the attribute
   * @return how many there were that had not been erased before
   * @throws EvidenceException if some evidence is filed by a key that is lost, so that nobody knows under
   *     which subjects; all that could be found has been erased then
   * @throws EvidenceCorruptException if a file is damaged; the rest has to be erased when it is repaired
   */
  public long eraseSubject(String attribute, String value) {
    Objects.requireNonNull(attribute, "attribute");
    Objects.requireNonNull(value, "value");
    going.lock();
    try {
      List<Path> files = durablePaths();
      SubjectErasure erasure = SubjectErasure.begin(directory, subjectKey().tag(attribute, value));
      long erased = erasure.run(files);
      erasure.requireAllReadable();
      return erased;
    } catch (IOException e) {
      throw new EvidenceException(
          "cannot erase a subject in " + directory + ": " + e.getMessage(), e);
    } finally {
      going.unlock();
    }
  }

  private List<Path> durablePaths() throws IOException {
    sync();
    return segmentPaths();
  }

  /**
   * Wraps the keys of all files anew, under the current key of the key management. Records are neither
   * read nor written. Each file is readable at each moment, with the old key or with the new one: if this
   * fails or the process dies on the way, nothing is lost, and it can be done again.
   *
   * @return what it came to; files of version 1, which have no key of their own, keep needing theirs
   * @throws org.modelledger.encryption.KeyUnavailableException if a key is gone or cannot be reached
   * @throws EvidenceCorruptException if a key does not decrypt; names its file
   */
  public KeyRotation rewrapKeys() {
    going.lock();
    try {
      TreeSet<String> needed = new TreeSet<>(List.of(keys.currentKey()));
      int rewrapped = 0;
      for (Path path : durablePaths()) {
        Optional<String> left = rewrap(path);
        left.ifPresent(needed::add);
        rewrapped += left.isEmpty() ? 1 : 0;
      }
      rewrapped += SubjectKey.rewrap(keys, directory) ? 1 : 0;
      return new KeyRotation(keys.currentKey(), rewrapped, needed);
    } catch (IOException e) {
      throw new EvidenceException(
          "cannot wrap the keys in " + directory + " anew: " + e.getMessage(), e);
    } finally {
      going.unlock();
    }
  }

  /** Wraps the key of one file anew; returns the key that it keeps needing if it has none of its own. */
  private Optional<String> rewrap(Path path) throws IOException {
    try (Segment segment = openAlone(path)) {
      if (segment.hasNoKey()) {
        return Version1.keyOf(segment);
      }
      WrappedKey fresh = SegmentKey.rewrap(keys, path, segment.firstIndex(), segment.wrappedKey());
      lock.lock();
      try {
        requireUsable();
        segment.moveKey(fresh);
        Segment known = opened.remove(path);
        if (known != null) {
          closeQuietly(known); // it knows the key as it was wrapped before
        }
      } finally {
        lock.unlock();
      }
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new EvidenceCorruptException(path.toString(), 0,
          "its key does not decrypt; it was changed", e);
    }
  }

  private Segment openAlone(Path path) throws IOException {
    lock.lock();
    try {
      requireUsable();
      return Segment.open(path);
    } finally {
      lock.unlock();
    }
  }

  /** Overwrites the key of a record and the tags of its subjects, where it has any. */
  static boolean wipe(Segment segment, long position, RecordHeader header)
      throws IOException {
    byte state = state(segment, position);
    if (state == RecordHeader.STATE_NONE || state == RecordHeader.STATE_ERASED) {
      return false;
    }
    segment.write(position + RecordHeader.BYTES, ByteBuffer.allocate(1 + header.keyLength())
        .put(0, RecordHeader.STATE_ERASED));
    return true;
  }

  /** Lets go of the store; what was added is durable. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      Segment segment = newest;
      if (failure == null && segment != null) {
        segment.force();
      }
    } catch (IOException e) {
      throw new EvidenceException("cannot sync " + directory + ": " + e.getMessage(), e);
    } finally {
      closed = true;
      closeFiles();
      lock.unlock();
    }
  }

  private void closeFiles() {
    opened.values().forEach(EvidenceStore::closeQuietly);
    Segment segment = newest;
    if (segment != null) {
      closeQuietly(segment);
    }
    closeQuietly(lockFile);
  }

  private static void closeQuietly(AutoCloseable file) {
    try {
      file.close();
    } catch (Exception e) {
      // everything in it was synced, or its failure is reported already
    }
  }

  private interface Writing {
    void run() throws IOException;
  }

  private void writing(String action, Writing work) {
    lock.lock();
    try {
      requireUsable();
      work.run();
    } catch (IOException e) {
      failure = e;
      throw new EvidenceException("cannot " + action + " " + directory + ": " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private void requireUsable() {
    requireOpen();
    if (failure != null) {
      throw new EvidenceException("the evidence store in " + directory
          + " has failed; open it again to go on", failure);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the evidence store in " + directory + " is closed");
    }
  }

  @Override
  public String toString() {
    return "EvidenceStore[" + directory + "]";
  }
}

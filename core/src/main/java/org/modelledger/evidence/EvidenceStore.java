package org.modelledger.evidence;

import com.google.crypto.tink.Aead;
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
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.modelledger.internal.secret.SecretFiles;
import org.modelledger.model.StorageException;
import org.modelledger.tlog.Hash;

/**
 * The evidence to the receipts of one log, by the receipt's index: encrypted, in files that are
 * appended to and never rewritten, but for one thing. Each record has a random key of its own, kept
 * encrypted beside it, and {@link #erase} overwrites that key. What is left is noise to everyone, the
 * owner included.
 *
 * <p>The limits of that: copies made before (backups, snapshots, a file system that copies on write,
 * the spare blocks of a solid-state disk) may still hold the key, encrypted under the store's. Where
 * that matters, keep no such copies longer than the data may live, or destroy the store's key.
 *
 * <p>One process at a time; safe for use by several threads. Memory: 8 bytes a receipt. A method that
 * fails on the disk throws {@link EvidenceException}, and the store takes nothing more until it is
 * opened again.
 */
public final class EvidenceStore implements AutoCloseable {
  private static final String SUFFIX = ".evidence";
  private static final long SEGMENT_BYTES = 256L << 20;
  private static final int MAX_BODY_BYTES = 1 << 30;

  private final Path directory;
  private final RecordCipher cipher;
  private final FileChannel lockFile;
  private final ReentrantLock lock = new ReentrantLock();
  private final long segmentBytes;

  // guarded by lock
  private final List<Segment> segments = new ArrayList<>();
  private final Locations locations = new Locations();
  private long nextIndex;
  private boolean closed;
  private @Nullable Throwable failure;

  private EvidenceStore(Path directory, Aead key, FileChannel lockFile, long segmentBytes) {
    this.directory = directory;
    this.cipher = new RecordCipher(key, new SecureRandom());
    this.lockFile = lockFile;
    this.segmentBytes = segmentBytes;
  }

  /**
   * Opens a store, or creates it. A record that was being written when the last process died is cut
   * off, and one whose receipt never made it into the log is erased.
   *
   * @param directory created if missing, for its owner alone
   * @param key encrypts the keys of the records; see {@link EvidenceKeys}
   * @param logSize how many receipts are durable in the log
   * @throws EvidenceException if another process has the store open
   * @throws EvidenceCorruptException if a file is damaged; nothing is changed then
   * @throws StorageException if the directory cannot be created or read
   */
  public static EvidenceStore open(Path directory, Aead key, long logSize) {
    return open(directory, key, logSize, SEGMENT_BYTES);
  }

  static EvidenceStore open(Path directory, Aead key, long logSize, long segmentBytes) {
    Objects.requireNonNull(key, "key");
    SecretFiles.createDirectory(directory);
    FileChannel lockFile = lock(directory);
    EvidenceStore store = new EvidenceStore(directory, key, lockFile, segmentBytes);
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
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      all.forEach(files::add);
    }
    Collections.sort(files);
    List<Long> orphans = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      boolean last = i == files.size() - 1;
      Segment segment = Segment.open(files.get(i), last);
      if (segment == null) {
        Files.delete(files.get(i)); // its creation was cut off, so nothing is in it
        break;
      }
      segments.add(segment);
      nextIndex = Math.max(nextIndex, segment.firstIndex());
      scan(segments.size() - 1, last, logSize, orphans);
    }
    if (!segments.isEmpty() && nextIndex < logSize) {
      throw segments.getLast()
          .corrupt(segments.getLast().end(), "it ends before receipt "
              + nextIndex + "; the log has " + logSize + " entries");
    }
    for (long orphan : orphans) {
      wipe(orphan);
    }
    locations.truncate(logSize);
    for (Segment segment : orphans.isEmpty() ? List.<Segment>of() : segments) {
      segment.force();
    }
    nextIndex = logSize;
  }

  /**
   * Finds the records of a file. Every record is durable before its receipt is, so what cannot be read
   * was cut off while it was written if all durable receipts have been seen, and is damage otherwise.
   */
  private void scan(int number, boolean last, long logSize, List<Long> orphans)
      throws IOException {
    Segment segment = segments.get(number);
    long position = Segment.HEADER_BYTES;
    while (position < segment.end()) {
      RecordHeader header = segment.end() - position > RecordHeader.BYTES
          ? RecordHeader.get(segment.read(position, RecordHeader.BYTES))
          : null;
      boolean whole = header != null && position + header.recordLength() <= segment.end();
      if (header == null || !whole || header.index() > nextIndex
          || locations.isBefore(header.index())) {
        if (last && nextIndex >= logSize) {
          segment.truncate(position);
          return;
        }
        throw segment.corrupt(position, "there is no whole record; the next one is that of receipt "
            + nextIndex);
      }
      long location = Locations.of(number, position);
      long superseded = locations.put(header.index(), location);
      if (superseded != Locations.NONE) {
        orphans.add(superseded);
      }
      if (header.index() >= logSize) {
        orphans.add(location);
      }
      nextIndex = header.index() + 1;
      position += header.recordLength();
    }
  }

  /**
   * Adds the evidence to the next receipt, or to one that was added but never got into the log. Not
   * durable before {@link #sync()}.
   *
   * @param index the receipt's index
   * @param leaf the receipt's leaf hash
   * @throws IllegalArgumentException if an index before it is missing, or the evidence is longer than
   *     1 GiB
   */
  public void append(long index, Hash leaf, Evidence evidence) {
    byte[] plain = evidence.encode();
    if (plain.length > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("evidence of " + plain.length
          + " bytes is too long; at most " + MAX_BODY_BYTES + " are kept");
    }
    try {
      RecordCipher.Sealed sealed = cipher.seal(index, leaf, plain);
      append(index, leaf, RecordHeader.STATE_KEPT, sealed.wrappedKey, sealed.body);
    } catch (GeneralSecurityException e) {
      throw new EvidenceException("the evidence to receipt " + index + " cannot be encrypted", e);
    }
  }

  /** Notes that there is no evidence to an entry, because it is no receipt; see {@link #append}. */
  public void appendNone(long index, Hash leaf) {
    append(index, leaf, RecordHeader.STATE_NONE, new byte[0], new byte[0]);
  }

  private void append(long index, Hash leaf, byte state, byte[] wrappedKey, byte[] body) {
    RecordHeader header = new RecordHeader(body.length, wrappedKey.length, index, leaf);
    ByteBuffer record = ByteBuffer.allocate(Math.toIntExact(header.recordLength()));
    header.put(record);
    record.put(state).put(wrappedKey).put(body).flip();
    writing("write", () -> {
      if (index > nextIndex) {
        throw new IllegalArgumentException(
            "evidence to receipt " + index + " comes before that to receipt " + nextIndex);
      }
      Segment segment = segmentFor(index, record.remaining());
      long location = Locations.of(segments.size() - 1, segment.end());
      segment.append(record);
      long superseded = locations.put(index, location);
      if (superseded != Locations.NONE) {
        wipe(superseded);
      }
      nextIndex = index + 1;
    });
  }

  private Segment segmentFor(long index, int length) throws IOException {
    if (!segments.isEmpty()) {
      Segment newest = segments.getLast();
      if (newest.end() == Segment.HEADER_BYTES || newest.end() + length <= segmentBytes) {
        return newest;
      }
      newest.force();
    }
    Path path = directory.resolve(String.format(Locale.ROOT, "%08d%s", nextNumber(), SUFFIX));
    Segment fresh = Segment.create(path, index);
    segments.add(fresh);
    syncDirectory();
    return fresh;
  }

  private int nextNumber() throws IOException {
    int next = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path path : all) {
        String name = String.valueOf(path.getFileName());
        next = Math.max(next,
            Integer.parseInt(name.substring(0, name.length() - SUFFIX.length())) + 1);
      }
    }
    return next;
  }

  private void syncDirectory() throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } // elsewhere a directory cannot be opened, and names are durable by themselves
  }

  /** Returns when everything that was added is on the disk. */
  public void sync() {
    writing("sync", () -> {
      if (!segments.isEmpty()) {
        segments.getLast().force();
      }
    });
  }

  /**
   * Looks up what there is on a receipt.
   *
   * @throws EvidenceCorruptException if it is damaged, or was written with another key
   */
  public EvidenceLookup find(long index) {
    lock.lock();
    try {
      requireOpen();
      long location = locations.get(index);
      return location == Locations.NONE ? new EvidenceLookup.Absent() : read(index, location);
    } catch (IOException e) {
      throw new EvidenceException("cannot read the evidence to receipt " + index + " in "
          + directory + ": " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private EvidenceLookup read(long index, long location) throws IOException {
    Segment segment = segments.get(Locations.segment(location));
    long position = Locations.position(location);
    RecordHeader header = RecordHeader.get(segment.read(position, RecordHeader.BYTES));
    if (header == null || header.index() != index) {
      throw segment.corrupt(position, "the header of the record of receipt " + index
          + " does not have the check sum it names");
    }
    byte state = segment.read(position + RecordHeader.BYTES, 1).get();
    return switch (state) {
      case RecordHeader.STATE_NONE -> new EvidenceLookup.Absent();
      case RecordHeader.STATE_ERASED -> new EvidenceLookup.Erased();
      case RecordHeader.STATE_KEPT -> new EvidenceLookup.Kept(decrypt(segment, position, header));
      default -> throw segment.corrupt(position + RecordHeader.BYTES, "receipt " + index
          + " has the unknown state " + state);
    };
  }

  private Evidence decrypt(Segment segment, long position, RecordHeader header)
      throws IOException {
    long keyAt = position + RecordHeader.BYTES + 1;
    byte[] wrappedKey = segment.read(keyAt, header.keyLength()).array();
    byte[] body = segment.read(keyAt + header.keyLength(), header.bodyLength()).array();
    try {
      return Evidence.decode(cipher.open(header.index(), header.leaf(), wrappedKey, body));
    } catch (GeneralSecurityException e) {
      throw segment.corrupt(position, "the evidence to receipt " + header.index()
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
      long location = locations.get(index);
      if (location != Locations.NONE) {
        erased[0] = wipe(location);
        segments.get(Locations.segment(location)).force();
      }
    });
    return erased[0];
  }

  /** Overwrites the key of a record, where it has one. */
  private boolean wipe(long location) throws IOException {
    Segment segment = segments.get(Locations.segment(location));
    long position = Locations.position(location);
    RecordHeader header = RecordHeader.get(segment.read(position, RecordHeader.BYTES));
    if (header == null) {
      throw segment.corrupt(position, "the header of a record that is to be erased is damaged");
    }
    byte state = segment.read(position + RecordHeader.BYTES, 1).get();
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
      if (failure == null && !segments.isEmpty()) {
        segments.getLast().force();
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
    segments.forEach(EvidenceStore::closeQuietly);
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
      requireOpen();
      if (failure != null) {
        throw new EvidenceException("the evidence store in " + directory
            + " has failed; open it again to go on", failure);
      }
      work.run();
    } catch (IOException e) {
      failure = e;
      throw new EvidenceException("cannot " + action + " " + directory + ": " + e.getMessage(), e);
    } finally {
      lock.unlock();
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

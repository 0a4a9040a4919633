package org.modelledger.evidence;

import com.google.crypto.tink.Aead;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelFormatException;

/**
 * One file of records. Not safe for use by several threads.
 *
 * <p>A {@link RandomAccessFile}, because a {@link java.nio.channels.FileChannel} is closed for
 * everybody when a thread is interrupted while it reads: whoever looks evidence up must not be able
 * to end the writing of receipts.
 */
final class Segment implements AutoCloseable {
  static final int MAX_WRAPPED_BYTES = 4096;

  private static final byte[] MAGIC = "ModelLedger-evid".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION_AT = MAGIC.length;
  private static final int VERSION_1_BYTES = 32;
  private static final int WRAPPED_AT = 30;
  /** What a file is called until its header is durable. */
  static final String UNFINISHED = ".new";

  private final Path path;
  private final RandomAccessFile file;
  private final long firstIndex;
  /** Empty in files of version 1. */
  private final Optional<byte[]> wrappedKey;
  private final long start;
  private long end;
  private @Nullable SegmentKey key;
  private @Nullable RecordIndex records;
  /** Where the record lies that was looked up last: whoever asks in order goes on from there. */
  private @Nullable Place last;

  private record Place(RecordIndex.Start start, RecordScanner scanner) {}

  private Segment(Path path, RandomAccessFile file, long firstIndex, Optional<byte[]> wrappedKey,
      long start, long end) {
    this.path = path;
    this.file = file;
    this.firstIndex = firstIndex;
    this.wrappedKey = wrappedKey;
    this.start = start;
    this.end = end;
  }

  /**
   * Starts a file. It gets its name when its header is durable, so that no file ever has a torn one; the
   * name itself is durable when the directory is synced.
   */
  static Segment create(Path path, SegmentKey key) throws IOException {
    if (Files.exists(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    byte[] wrapped = key.wrapped();
    int start = WRAPPED_AT + wrapped.length + Integer.BYTES;
    ByteBuffer header = ByteBuffer.allocate(start)
        .put(MAGIC)
        .putInt(2)
        .putLong(key.firstIndex())
        .putShort((short) wrapped.length)
        .put(wrapped);
    header.putInt(checksum(header.array(), header.position()));
    Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
    Files.deleteIfExists(unfinished);
    try (RandomAccessFile file = new RandomAccessFile(unfinished.toFile(), "rw")) {
      file.write(header.array());
      file.getFD().sync();
    }
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    Segment segment = open(path);
    segment.key = key;
    segment.records = new RecordIndex();
    return segment;
  }

  /** Opens a file of any version that is known. */
  static Segment open(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      long length = file.length();
      Segment raw = new Segment(path, file, 0, Optional.empty(), 0, length);
      byte[] bytes = raw.readBytes(0, (int) Math.min(length, WRAPPED_AT + MAX_WRAPPED_BYTES + 4));
      ByteBuffer front = ByteBuffer.wrap(bytes);
      if (bytes.length < VERSION_1_BYTES
          || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
        throw new ModelFormatException(
            path + " is no evidence file: it does not begin with ModelLedger-evid and 16 bytes more");
      }
      int version = front.getInt(VERSION_AT);
      long firstIndex = front.getLong(VERSION_AT + Integer.BYTES);
      int checked = switch (version) {
        case 1 -> VERSION_1_BYTES - Integer.BYTES;
        case 2 -> WRAPPED_AT + Short.toUnsignedInt(front.getShort(WRAPPED_AT - Short.BYTES));
        default -> throw new ModelFormatException(path + " is an evidence file of version "
            + version + "; this reader knows version 1 and 2");
      };
      if (checked + Integer.BYTES > bytes.length
          || front.getInt(checked) != checksum(bytes, checked) || firstIndex < 0) {
        throw raw.corrupt(0, "its header does not have the check sum it names");
      }
      Optional<byte[]> wrapped = version == 1
          ? Optional.empty()
          : Optional.of(Arrays.copyOfRange(bytes, WRAPPED_AT, checked));
      return new Segment(path, file, firstIndex, wrapped, checked + Integer.BYTES, length);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** Returns where the first record lies. */
  long start() {
    return start;
  }

  Path path() {
    return path;
  }

  /** Returns the key that this file was begun with, or empty if it is of version 1 and has none. */
  Optional<SegmentKey> key(Aead store) throws GeneralSecurityException {
    if (key == null && wrappedKey.isPresent()) {
      key = SegmentKey.open(store, firstIndex, wrappedKey.get());
    }
    return Optional.ofNullable(key);
  }

  /** Says whether records that were encrypted with a key belong here. */
  boolean takes(SegmentKey other) {
    return key == other;
  }

  /** Returns where the records lie; reads all of the file when it is asked for the first time. */
  RecordIndex records() throws IOException {
    RecordIndex known = records;
    if (known == null) {
      known = new RecordIndex();
      RecordScanner scanner = new RecordScanner(this, start);
      for (RecordHeader header = scanner.peek(); header != null; header = scanner.peek()) {
        known.add(header.index(), scanner.position());
        scanner.skip(header);
      }
      records = known;
    }
    return known;
  }

  /** Returns a scanner at a record, or where the whole records before it end; good until the next call. */
  RecordScanner goTo(RecordIndex.Start start) throws IOException {
    Place before = last;
    RecordScanner scanner = new RecordScanner(this, start.position());
    int left = start.records();
    if (before != null && before.start.position() == start.position()
        && before.start.records() <= start.records()) {
      scanner = before.scanner;
      left -= before.start.records();
    }
    last = null; // until it is there
    for (RecordHeader header = scanner.peek(); left > 0
        && header != null; header = scanner.peek()) {
      scanner.skip(header);
      left--;
    }
    last = left == 0 ? new Place(start, scanner) : null;
    return scanner;
  }

  /** Returns the index before which this file has nothing. */
  long firstIndex() {
    return firstIndex;
  }

  /** Returns where the next record will lie. */
  long end() {
    return end;
  }

  void append(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    write(end, bytes);
    end += length;
  }

  void write(long position, ByteBuffer bytes) throws IOException {
    file.seek(position);
    file.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
  }

  /** Reads bytes that must be there. */
  ByteBuffer read(long position, int length) throws IOException {
    return ByteBuffer.wrap(readBytes(position, length));
  }

  /** Reads bytes that must be there. */
  byte[] readBytes(long position, int length) throws IOException {
    if (position + length > file.length()) {
      throw corrupt(position, "the file ends within a record");
    }
    byte[] bytes = new byte[length];
    file.seek(position);
    file.readFully(bytes);
    return bytes;
  }

  void truncate(long length) throws IOException {
    file.setLength(length);
    force();
    end = length;
  }

  void force() throws IOException {
    file.getFD().sync();
  }

  EvidenceCorruptException corrupt(long offset, String what) {
    return new EvidenceCorruptException(path.toString(), offset, what, null);
  }

  EvidenceCorruptException corrupt(long offset, String what, Throwable cause) {
    return new EvidenceCorruptException(path.toString(), offset, what, cause);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

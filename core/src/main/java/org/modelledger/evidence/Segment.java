package org.modelledger.evidence;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.internal.envelope.Envelope;
import org.modelledger.internal.envelope.KeyFile;
import org.modelledger.internal.envelope.WrappedKey;
import org.modelledger.model.ModelFormatException;

/**
 * One file of records. Not safe for use by several threads.
 *
 * <p>A {@link RandomAccessFile}, because a {@link java.nio.channels.FileChannel} is closed for
 * everybody when a thread is interrupted while it reads: whoever looks evidence up must not be able
 * to end the writing of receipts.
 */
final class Segment implements AutoCloseable {
  /** What a file is called until its header is durable. */
  static final String UNFINISHED = ".new";
  static final String SUFFIX = ".evidence";
  static final String KEY_SUFFIX = ".key";

  private static final byte[] MAGIC = "ModelLedger-evid".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION_AT = MAGIC.length;
  private static final int VERSION_1_BYTES = 32;
  private static final int WRAPPED_AT = 30;

  /** How a file begins: what was read, and where its records lie. */
  private record Header(int version, long firstIndex, int keyBytes, boolean holds) {
    /** Returns how many bytes the check sum covers. */
    int checkedBytes() {
      return version == 1 ? VERSION_1_BYTES - Integer.BYTES : WRAPPED_AT + keyBytes;
    }

    int bytes() {
      return checkedBytes() + Integer.BYTES;
    }
  }

  private final Path path;
  private final RandomAccessFile file;
  private final Header header;
  /** Empty in files of version 1, and where the file that has it is missing. */
  private final Optional<WrappedKey> wrappedKey;
  private long end;
  private @Nullable SegmentKey key;
  private @Nullable RecordIndex records;
  /** Where the record lies that was looked up last: whoever asks in order goes on from there. */
  private @Nullable Place last;

  private record Place(RecordIndex.Start start, RecordScanner scanner) {}

  private Segment(Path path, RandomAccessFile file, Header header,
      Optional<WrappedKey> wrappedKey, long end) {
    this.path = path;
    this.file = file;
    this.header = header;
    this.wrappedKey = wrappedKey;
    this.end = end;
  }

  /**
   * Starts a file. Its key is durable before, and it gets its name when its header is, so that no file
   * ever has a torn one; the name itself is durable when the directory is synced.
   */
  static Segment create(Path path, SegmentKey key, Envelope keys) throws IOException {
    if (Files.exists(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    new KeyFile(key.firstIndex(), 0, key.wrapped(keys, path)).write(keyPath(path));
    Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
    Files.deleteIfExists(unfinished);
    try (RandomAccessFile file = new RandomAccessFile(unfinished.toFile(), "rw")) {
      file.write(header(key.firstIndex(), 0));
      file.getFD().sync();
    }
    var unused = Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    Segment segment = open(path);
    segment.key = key;
    segment.records = new RecordIndex();
    return segment;
  }

  /** @param keyBytes how many zeros stand where version 2 had the key */
  private static byte[] header(long firstIndex, int keyBytes) {
    int checked = WRAPPED_AT + keyBytes;
    ByteBuffer header = ByteBuffer.allocate(checked + Integer.BYTES)
        .put(MAGIC)
        .putInt(3)
        .putLong(firstIndex)
        .putShort((short) keyBytes);
    return header.putInt(checked, checksum(header.array(), checked)).array();
  }

  /** Returns where the key of a file lies. */
  static Path keyPath(Path path) {
    String name = String.valueOf(path.getFileName());
    return path.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + KEY_SUFFIX);
  }

  /**
   * Opens a file of any version that is known. If the move of its key into a file of its own was cut off,
   * that is completed.
   */
  static Segment open(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      byte[] bytes = new byte[(int) Math.min(file.length(),
          WRAPPED_AT + WrappedKey.MAX_BYTES + Integer.BYTES)];
      file.readFully(bytes);
      Header header = header(path, bytes);
      Optional<KeyFile> keyFile = header.version() == 1 ? Optional.empty() : keyFile(path, header);
      boolean cutOff = keyFile.isPresent() && keyFile.get().headerKeyBytes() > 0
          && (header.version() == 2 || !header.holds());
      if (!header.holds() && !cutOff || header.version() == 2 && keyFile.isPresent() && !cutOff) {
        throw headerDamage(path);
      }
      Optional<WrappedKey> wrapped = keyFile.map(KeyFile::wrapped);
      if (header.version() == 2 && keyFile.isEmpty()) {
        byte[] key = Arrays.copyOfRange(bytes, WRAPPED_AT, header.checkedBytes());
        wrapped = Optional.of(new WrappedKey(LocalKeys.firstKeyOf(key), key));
      }
      Segment segment = new Segment(path, file, header, wrapped, file.length());
      return cutOff ? segment.withoutKeyInHeader() : segment;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static Header header(Path path, byte[] bytes) {
    if (bytes.length < VERSION_1_BYTES
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new ModelFormatException(
          path + " is no evidence file: it does not begin with ModelLedger-evid and 16 bytes more");
    }
    ByteBuffer front = ByteBuffer.wrap(bytes);
    int version = front.getInt(VERSION_AT);
    if (version < 1 || version > 3) {
      throw new ModelFormatException(path + " is an evidence file of version " + version
          + "; this reader knows versions 1 to 3");
    }
    long firstIndex = front.getLong(VERSION_AT + Integer.BYTES);
    int keyBytes = version == 1
        ? 0
        : Short.toUnsignedInt(front.getShort(WRAPPED_AT - Short.BYTES));
    Header header = new Header(version, firstIndex, keyBytes, true);
    if (header.bytes() > bytes.length || firstIndex < 0) {
      throw headerDamage(path);
    }
    int checked = header.checkedBytes();
    boolean holds = front.getInt(checked) == checksum(bytes, checked);
    return new Header(version, firstIndex, keyBytes, holds);
  }

  /** Reads the key that lies beside a file; what both say of it has to be the same. */
  private static Optional<KeyFile> keyFile(Path path, Header header) throws IOException {
    try {
      KeyFile found = KeyFile.read(keyPath(path));
      if (found.number() != header.firstIndex()
          || found.headerKeyBytes() != header.keyBytes()) {
        throw headerDamage(path);
      }
      return Optional.of(found);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static EvidenceCorruptException headerDamage(Path path) {
    return new EvidenceCorruptException(path.toString(), 0,
        "its header does not have the check sum it names, or belongs to another key file", null);
  }

  /** Moves the key into a file of its own, under another key; the one in the header is overwritten. */
  void moveKey(WrappedKey fresh) throws IOException {
    new KeyFile(header.firstIndex(), header.keyBytes(), fresh).write(keyPath(path));
    if (header.version() == 2) {
      var unused = withoutKeyInHeader();
    }
  }

  private Segment withoutKeyInHeader() throws IOException {
    write(0, ByteBuffer.wrap(header(header.firstIndex(), header.keyBytes())));
    force();
    return this;
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** Returns where the first record lies. */
  long start() {
    return header.bytes();
  }

  Path path() {
    return path;
  }

  /** Says whether the store's own key has encrypted the records' keys, as in version 1. */
  boolean hasNoKey() {
    return header.version() == 1;
  }

  /**
   * Returns the key of this file, wrapped; not to be asked for in version 1.
   *
   * @throws EvidenceCorruptException if it is missing
   */
  WrappedKey wrappedKey() {
    return wrappedKey.orElseThrow(
        () -> corrupt(0, "the file of its key, " + keyPath(path) + ", is missing"));
  }

  /** Returns the key that this file was begun with; not to be asked for in version 1. */
  SegmentKey key(Envelope keys) throws GeneralSecurityException {
    SegmentKey known = key;
    if (known == null) {
      known = SegmentKey.open(keys, path, header.firstIndex(), wrappedKey());
      key = known;
    }
    return known;
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
      RecordScanner scanner = new RecordScanner(this, start());
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
    return header.firstIndex();
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

package org.modelledger.evidence;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
  static final int HEADER_BYTES = 32;

  private static final byte[] MAGIC = "ModelLedger-evid".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  private final Path path;
  private final RandomAccessFile file;
  private final long firstIndex;
  private long end;

  private Segment(Path path, RandomAccessFile file, long firstIndex, long end) {
    this.path = path;
    this.file = file;
    this.firstIndex = firstIndex;
    this.end = end;
  }

  /** Starts a file; durable when it returns, except for its name. */
  static Segment create(Path path, long firstIndex) throws IOException {
    if (Files.exists(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      Segment segment = new Segment(path, file, firstIndex, 0);
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
          .put(MAGIC)
          .putInt(VERSION)
          .putLong(firstIndex);
      segment.append(header.putInt(checksum(header)).flip());
      segment.force();
      return segment;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens a file.
   *
   * @param isNewest whether it may have been begun when the last process died
   * @return null if it was, and nothing can be in it
   */
  static @Nullable Segment open(Path path, boolean isNewest) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      Segment segment = new Segment(path, file, 0, file.length());
      if (isNewest && segment.end <= HEADER_BYTES && !segment.hasHeader()) {
        file.close();
        return null;
      }
      ByteBuffer header = segment.read(0, HEADER_BYTES);
      byte[] magic = new byte[MAGIC.length];
      header.get(magic);
      int version = header.getInt();
      long firstIndex = header.getLong();
      if (!Arrays.equals(magic, MAGIC)) {
        throw new ModelFormatException(
            path + " is no evidence file: it does not begin with ModelLedger-evid");
      }
      if (version != VERSION) {
        throw new ModelFormatException(path + " is an evidence file of version " + version
            + "; this reader knows version " + VERSION);
      }
      if (header.getInt() != checksum(header) || firstIndex < 0) {
        throw segment.corrupt(0, "its header does not have the check sum it names");
      }
      return new Segment(path, file, firstIndex, file.length());
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** A header is synced before anything follows it: one that is torn is all there is. */
  private boolean hasHeader() throws IOException {
    if (end < HEADER_BYTES) {
      return false;
    }
    ByteBuffer header = read(0, HEADER_BYTES);
    return header.getInt(HEADER_BYTES - Integer.BYTES) == checksum(header);
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().clear().limit(HEADER_BYTES - Integer.BYTES));
    return (int) crc.getValue();
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
    if (position + length > file.length()) {
      throw corrupt(position, "the file ends within a record");
    }
    byte[] bytes = new byte[length];
    file.seek(position);
    file.readFully(bytes);
    return ByteBuffer.wrap(bytes);
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

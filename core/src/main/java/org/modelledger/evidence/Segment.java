package org.modelledger.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelFormatException;

/** One file of records. Not safe for use by several threads. */
final class Segment implements AutoCloseable {
  static final int HEADER_BYTES = 32;

  private static final byte[] MAGIC = "ModelLedger-evid".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  private final Path path;
  private final FileChannel channel;
  private final long firstIndex;
  private long end;

  private Segment(Path path, FileChannel channel, long firstIndex, long end) {
    this.path = path;
    this.channel = channel;
    this.firstIndex = firstIndex;
    this.end = end;
  }

  /** Starts a file; durable when it returns, except for its name. */
  static Segment create(Path path, long firstIndex) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW,
        StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Segment segment = new Segment(path, channel, firstIndex, 0);
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
          .put(MAGIC)
          .putInt(VERSION)
          .putLong(firstIndex);
      segment.append(header.putInt(checksum(header)).flip());
      channel.force(true);
      return segment;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Opens a file; null if it is shorter than its own header, because its creation was cut off. */
  static @Nullable Segment open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.size() < HEADER_BYTES) {
        channel.close();
        return null;
      }
      Segment segment = new Segment(path, channel, 0, channel.size());
      ByteBuffer header = segment.read(0, HEADER_BYTES);
      byte[] magic = new byte[MAGIC.length];
      header.get(magic);
      int version = header.getInt();
      long firstIndex = header.getLong();
      if (!Arrays.equals(magic, MAGIC)) {
        throw new ModelFormatException(path + " is no evidence file: it does not begin with "
            + "ModelLedger-evid");
      }
      if (version != VERSION) {
        throw new ModelFormatException(path + " is an evidence file of version " + version
            + "; this reader knows version " + VERSION);
      }
      if (header.getInt() != checksum(header) || firstIndex < 0) {
        throw segment.corrupt(0, "its header does not have the check sum it names");
      }
      return new Segment(path, channel, firstIndex, channel.size());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
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
    long next = position;
    while (bytes.hasRemaining()) {
      next += channel.write(bytes, next);
    }
  }

  /** Reads bytes that must be there. */
  ByteBuffer read(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw corrupt(position, "the file ends within a record");
      }
    }
    return bytes.flip();
  }

  void truncate(long length) throws IOException {
    channel.truncate(length);
    channel.force(true);
    end = length;
  }

  void force() throws IOException {
    channel.force(false);
  }

  EvidenceCorruptException corrupt(long offset, String what) {
    return new EvidenceCorruptException(path.toString(), offset, what, null);
  }

  EvidenceCorruptException corrupt(long offset, String what, Throwable cause) {
    return new EvidenceCorruptException(path.toString(), offset, what, cause);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

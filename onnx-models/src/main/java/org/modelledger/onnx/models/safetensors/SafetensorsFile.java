package org.modelledger.onnx.models.safetensors;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/**
 * A file of named tensors. Only its header is in memory; elements are read when they are asked for. Safe
 * for use by several threads.
 *
 * <table>
 * <caption>The format (huggingface/safetensors); integers are little-endian</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>8</td><td>length of the header, at most {@value #MAX_HEADER_BYTES}</td></tr>
 * <tr><td>n</td><td>the header: a JSON object in UTF-8, begins with an opening brace, may end in spaces; for each
 * tensor {@code dtype}, {@code shape} and {@code data_offsets} (begin and end in the data); texts by name in
 * {@code __metadata__}</td></tr>
 * <tr><td>rest</td><td>the data: every byte belongs to exactly one tensor, row-major, little-endian</td></tr>
 * </table>
 */
public final class SafetensorsFile implements AutoCloseable {
  /** The greatest length of a header, in bytes: what the format's own implementation takes. */
  public static final int MAX_HEADER_BYTES = 100_000_000;

  private final Path path;
  private final FileChannel channel;
  private final Map<String, String> metadata;
  private final Map<String, SafetensorsEntry> tensors;

  private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.metadata = Collections.unmodifiableMap(header.metadata());
    LinkedHashMap<String, SafetensorsEntry> byName = new LinkedHashMap<>();
    header.entries().forEach(entry -> byName.put(entry.name(), entry));
    this.tensors = Collections.unmodifiableMap(byName);
  }

  /**
   * Opens a file and checks its header.
   *
   * @return what the caller closes
   * @throws ModelFormatException if it is no such file, or what its header says cannot be; names the
   *     tensor and what is wrong
   * @throws StorageException if it cannot be read
   */
  public static SafetensorsFile open(Path path) {
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (IOException e) {
      throw new StorageException("cannot open " + path + ": " + e.getMessage(), e);
    }
    try {
      return new SafetensorsFile(path, channel, readHeader(path, channel));
    } catch (IOException | RuntimeException e) {
      try {
        channel.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      if (e instanceof RuntimeException wrong) {
        throw wrong;
      }
      throw new StorageException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private static SafetensorsHeader readHeader(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new ModelFormatException(
          path + " has " + size
              + " bytes; a safetensors file begins with 8 for its header's length");
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(path, channel, length, 0);
    long headerBytes = length.getLong(0);
    if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES || headerBytes > size - Long.BYTES) {
      throw new ModelFormatException(path + " says that its header has "
          + Long.toUnsignedString(headerBytes) + " bytes; wanted at most " + MAX_HEADER_BYTES
          + " and no more than the " + (size - Long.BYTES) + " that follow");
    }
    ByteBuffer header = ByteBuffer.allocate((int) headerBytes);
    readFully(path, channel, header, Long.BYTES);
    long begin = Long.BYTES + headerBytes;
    return new SafetensorsHeader(path.toString(), header.array(), begin, size - begin);
  }

  private static void readFully(Path path, FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position()) < 0) {
        throw new ModelFormatException(path + " became shorter while it was read");
      }
    }
  }

  /** Returns the free texts of the header, by name. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Returns the tensors by name, in the order of their places in the file. */
  public Map<String, SafetensorsEntry> tensors() {
    return tensors;
  }

  /**
   * Opens the elements of a tensor, as the file has them.
   *
   * @return a stream of exactly {@link SafetensorsEntry#byteCount()} bytes, which the caller closes; it
   *     fails with a {@link ModelFormatException} if the file became shorter
   * @throws IllegalArgumentException if there is no such tensor; names those there are
   */
  public InputStream read(String name) {
    SafetensorsEntry entry = tensors.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          path + " has no tensor '" + name + "'; it has " + tensors.keySet());
    }
    return new EntryStream(entry);
  }

  /** Closes the file; streams that are open fail then. Idempotent. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StorageException("cannot close " + path + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /** Reads at its own position, so that threads do not disturb each other. */
  private final class EntryStream extends InputStream {
    private long position;
    private final long end;

    EntryStream(SafetensorsEntry entry) {
      this.position = entry.offset();
      this.end = entry.offset() + entry.byteCount();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      var unused = Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      if (position == end) {
        return -1;
      }
      int wanted = (int) Math.min(length, end - position);
      int read = channel.read(ByteBuffer.wrap(into, offset, wanted), position);
      if (read < 0) {
        throw new ModelFormatException(path + " became shorter while it was read");
      }
      position += read;
      return read;
    }
  }
}

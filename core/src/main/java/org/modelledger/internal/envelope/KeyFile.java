package org.modelledger.internal.envelope;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.modelledger.model.ModelFormatException;

/**
 * A file that holds one wrapped data key; docs/formats/key-file.md has the table. Written aside and
 * renamed, so that it is there whole or as it was before.
 *
 * @param number which key of its store it is; what it counts is the store's to say
 * @param headerKeyBytes how many bytes of an earlier form of the key the header of the file has whose key
 *     this is; 0 if it never had any
 */
public record KeyFile(long number, int headerKeyBytes, WrappedKey wrapped) {
  private static final byte[] MAGIC = "ModelLedger-dkey".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = MAGIC.length + 4 + 8 + 2 + 2 + 2 + 4;
  private static final int MAX_BYTES = FIXED_BYTES + WrappedKey.MAX_URI_BYTES
      + WrappedKey.MAX_BYTES;

  /** @throws IllegalArgumentException if a number is negative, or a header longer than it can be */
  public KeyFile {
    Objects.requireNonNull(wrapped, "wrapped");
    if (number < 0 || headerKeyBytes < 0 || headerKeyBytes > WrappedKey.MAX_BYTES) {
      throw new IllegalArgumentException("the key of number " + number + " cannot have had "
          + headerKeyBytes + " bytes in a header; 0 to " + WrappedKey.MAX_BYTES + " are possible");
    }
  }

  /** Writes it durably, in place of one that may be there. */
  public void write(Path path) throws IOException {
    Path aside = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel file = FileChannel.open(aside, StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(encode());
      while (bytes.hasRemaining()) {
        int unused = file.write(bytes);
      }
      file.force(true);
    }
    var unused = Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(Objects.requireNonNull(path.toAbsolutePath().getParent()));
  }

  /** Returns when the names in a directory would survive a loss of power. */
  public static void syncDirectory(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } // elsewhere a directory cannot be opened, and names are durable by themselves
  }

  /**
   * Reads a key file.
   *
   * @throws ModelFormatException if it is damaged, none at all, or of a newer version; names it
   * @throws java.nio.file.NoSuchFileException if it is not there
   */
  public static KeyFile read(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    // no channel: an interrupted reader must not look like a disk that fails
    try (InputStream in = new FileInputStream(path.toFile())) {
      return decode(path, in.readNBytes(MAX_BYTES + 1));
    }
  }

  static KeyFile decode(Path path, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new ModelFormatException(
          path + " is no key file: it has more than the " + MAX_BYTES + " bytes that one can have");
    }
    if (!Arrays.equals(bytes, 0, Math.min(bytes.length, MAGIC.length), MAGIC, 0, MAGIC.length)) {
      throw new ModelFormatException(
          path + " is no key file: it does not begin with ModelLedger-dkey");
    }
    try {
      return decodeBehindMagic(path, bytes);
    } catch (BufferUnderflowException | IllegalArgumentException | CharacterCodingException e) {
      throw new ModelFormatException("the key file " + path + " is damaged", e);
    }
  }

  byte[] encode() {
    byte[] uri = wrapped.key().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + uri.length + wrapped.bytes().length)
        .put(MAGIC)
        .putInt(VERSION)
        .putLong(number)
        .putShort((short) headerKeyBytes)
        .putShort((short) uri.length)
        .put(uri)
        .putShort((short) wrapped.bytes().length)
        .put(wrapped.bytes());
    return out.putInt(checksum(out.array(), out.position())).array();
  }

  private static KeyFile decodeBehindMagic(Path path, byte[] bytes)
      throws CharacterCodingException {
    ByteBuffer in = ByteBuffer.wrap(bytes).position(MAGIC.length);
    int version = in.getInt();
    if (version != VERSION) {
      throw new ModelFormatException("the key file " + path + " is of version " + version
          + "; this reader knows version " + VERSION);
    }
    long number = in.getLong();
    int headerKeyBytes = Short.toUnsignedInt(in.getShort());
    byte[] uri = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(uri);
    byte[] wrapped = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(wrapped);
    int end = in.position();
    if (in.getInt() != checksum(bytes, end) || in.hasRemaining()) {
      throw new ModelFormatException(
          "the key file " + path + " does not have the check sum it names");
    }
    String key = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(uri)).toString();
    return new KeyFile(number, headerKeyBytes, new WrappedKey(key, wrapped));
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}

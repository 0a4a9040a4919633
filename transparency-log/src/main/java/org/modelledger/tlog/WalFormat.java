package org.modelledger.tlog;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bytes of a write-ahead segment, big-endian. A header of 64 bytes:
 *
 * <pre>
 *  0  8  "tlog-wal"
 *  8  4  version, 1
 * 12  4  zero
 * 16  8  salt, random for each segment
 * 24  8  index of the first entry
 * 32  8  length of the segment in bytes, fixed when it is created
 * 40 20  first bytes of the SHA-256 of the log's verifier key
 * 60  4  CRC-32C of the 60 bytes before
 * </pre>
 *
 * then frames, each at a multiple of 8, up to zeros or what an earlier use of the file left, which has
 * another salt:
 *
 * <pre>
 *  0  4  "btch": entries; or "seal": nothing follows here, another segment does
 *  4  4  length of the payload
 *  8  8  index of the first entry in it; for a seal, of the next segment
 * 16  4  number of entries
 * 20  4  CRC-32C of the salt, the 20 bytes before and the payload
 * 24     payload: entries, each with a 16-bit length before it, as in an entry bundle
 * </pre>
 */
final class WalFormat {

  static final int HEADER_BYTES = 64;
  static final int FRAME_HEADER_BYTES = 24;
  static final int ALIGNMENT = 8;
  static final int IDENTITY_BYTES = 20;
  static final int BATCH = 0x62746368;
  static final int SEAL = 0x7365616c;

  private static final long MAGIC = 0x746c6f672d77616cL;
  private static final int VERSION = 1;

  private WalFormat() {}

  record Header(long salt, long first, long length, ByteBuffer identity) {

    ByteBuffer encode() {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      header.putLong(MAGIC)
          .putInt(VERSION)
          .putInt(0)
          .putLong(salt)
          .putLong(first)
          .putLong(length)
          .put(identity.duplicate());
      header.putInt(crc(header.array(), 0, HEADER_BYTES - 4));
      return header.flip();
    }

    /** Returns the header, or empty if the bytes do not begin with a sound one of version 1. */
    static Optional<Header> decode(byte[] segment) {
      if (segment.length < HEADER_BYTES) {
        return Optional.empty();
      }
      ByteBuffer header = ByteBuffer.wrap(segment);
      if (header.getLong(0) != MAGIC || header.getInt(8) != VERSION
          || header.getInt(HEADER_BYTES - 4) != crc(segment, 0, HEADER_BYTES - 4)) {
        return Optional.empty();
      }
      byte[] identity = new byte[IDENTITY_BYTES];
      header.get(40, identity);
      return Optional
          .of(new Header(header.getLong(16), header.getLong(24), header.getLong(32),
              ByteBuffer.wrap(identity)));
    }
  }

  record Frame(int kind, int payload, long first, int count) {

    /** Returns the index after the last entry. */
    long next() {
      return first + count;
    }
  }

  /**
   * Fills in the header of the frame that begins there, before its payload, and zeros after it.
   *
   * @return the length of the frame
   */
  static int seal(byte[] bytes, int at, int kind, int payload, long first, int count, long salt) {
    ByteBuffer header = ByteBuffer.wrap(bytes, at, FRAME_HEADER_BYTES);
    header.putInt(kind).putInt(payload).putLong(first).putInt(count);
    header.putInt(frameCrc(bytes, at, payload, salt));
    int end = FRAME_HEADER_BYTES + payload;
    int aligned = align(end);
    Arrays.fill(bytes, at + end, at + aligned, (byte) 0);
    return aligned;
  }

  /** Returns the frame at a place in a segment, or empty if there is no sound one. */
  static Optional<Frame> frame(byte[] segment, int at, long salt) {
    if (segment.length - at < FRAME_HEADER_BYTES) {
      return Optional.empty();
    }
    ByteBuffer header = ByteBuffer.wrap(segment, at, FRAME_HEADER_BYTES);
    Frame frame = new Frame(header.getInt(), header.getInt(), header.getLong(), header.getInt());
    boolean sound = (frame.kind == BATCH || frame.kind == SEAL) && frame.payload >= 0
        && frame.payload <= segment.length - at - FRAME_HEADER_BYTES
        && header.getInt() == frameCrc(segment, at, frame.payload, salt);
    return sound ? Optional.of(frame) : Optional.empty();
  }

  static int align(int bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  private static int frameCrc(byte[] bytes, int at, int payload, long salt) {
    CRC32C crc = new CRC32C();
    for (int shift = 56; shift >= 0; shift -= 8) {
      crc.update((int) (salt >>> shift) & 0xff);
    }
    crc.update(bytes, at, FRAME_HEADER_BYTES - 4);
    crc.update(bytes, at + FRAME_HEADER_BYTES, payload);
    return (int) crc.getValue();
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}

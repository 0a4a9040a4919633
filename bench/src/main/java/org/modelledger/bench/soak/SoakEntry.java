package org.modelledger.bench.soak;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** An entry that says who appended it, and as his how many-eth; the rest follows from that. */
final class SoakEntry {
  static final int HEADER_BYTES = 16;

  private final ByteBuffer bytes;

  SoakEntry(int producer, int length) {
    bytes = ByteBuffer.allocate(length);
    new SplittableRandom(producer).nextBytes(bytes.array());
    bytes.putLong(0, producer);
  }

  /** Returns the entry with this number; valid until the next call. */
  byte[] number(long number) {
    return bytes.putLong(Long.BYTES, number).array();
  }

  static int producer(byte[] entry) {
    return (int) ByteBuffer.wrap(entry).getLong();
  }

  static long number(byte[] entry) {
    return ByteBuffer.wrap(entry).getLong(Long.BYTES);
  }

  /** Returns whether these are the very bytes that its producer appended. */
  static boolean isWhole(byte[] entry, int length) {
    return entry.length == length && Arrays.equals(entry,
        new SoakEntry(producer(entry), length).number(number(entry)));
  }
}

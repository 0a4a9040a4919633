package org.modelledger.tlog;

import java.util.Optional;

/**
 * The memory that entries pass through, from the caller to the disk and into the tree: a ring of
 * bytes, cut into batches. Batches are given back in their order, by one thread.
 */
final class EntryBuffer {

  /** What a batch needs at least: the longest entry has a place in it. */
  private static final int MIN_REGION = WalFormat.FRAME_HEADER_BYTES + Short.BYTES
      + Layout.MAX_ENTRY + WalFormat.ALIGNMENT;

  /** The smallest buffer: two of the largest entries have a place, wherever the ring is. */
  static final int MIN_BYTES = 1 << 18;

  private final byte[] bytes;
  private volatile long tail;

  EntryBuffer(int capacity) {
    if (capacity < MIN_BYTES) {
      throw new IllegalArgumentException("capacity is " + capacity + ", wanted " + MIN_BYTES);
    }
    bytes = new byte[capacity];
  }

  byte[] bytes() {
    return bytes;
  }

  int capacity() {
    return bytes.length;
  }

  /** Returns the first batch, for entries from this index on. */
  Batch first(long index) {
    return at(0, index).orElseThrow();
  }

  /**
   * Returns a batch after one that is sealed, in what is free, at most half of all; empty if too little
   * is free. Changes nothing, so several threads may try, and one of the batches is used.
   */
  Optional<Batch> after(Batch sealed) {
    return at(sealed.endPosition(), sealed.nextIndex());
  }

  private Optional<Batch> at(long position, long index) {
    long head = position;
    int toEnd = bytes.length - (int) (head % bytes.length);
    if (toEnd < MIN_REGION) {
      head += toEnd;
      toEnd = bytes.length;
    }
    long free = bytes.length - (head - tail);
    if (free < MIN_REGION) {
      return Optional.empty();
    }
    int region = (int) Math.min(Math.min(free, toEnd), bytes.length / 2);
    int capacity = region - WalFormat.FRAME_HEADER_BYTES - WalFormat.ALIGNMENT;
    return Optional.of(new Batch(this, (int) (head % bytes.length), capacity, head, index));
  }

  void release(Batch oldest) {
    tail = oldest.endPosition();
  }
}

package org.modelledger.evidence;

import java.util.Arrays;

/** Where the record of each index lies: the number of its segment and its position in that file. */
final class Locations {
  static final long NONE = -1;

  private long base;
  private long[] locations = new long[0];
  private int count;

  static long of(int segment, long position) {
    return ((long) segment << 40) | position;
  }

  static int segment(long location) {
    return (int) (location >>> 40);
  }

  static long position(long location) {
    return location & ((1L << 40) - 1);
  }

  /** Says whether an index lies before the first one. */
  boolean isBefore(long index) {
    return count > 0 && index < base;
  }

  long get(long index) {
    return index < base || index - base >= count ? NONE : locations[(int) (index - base)];
  }

  /** Sets a location; returns the one that it replaces. */
  long put(long index, long location) {
    if (count == 0) {
      base = index;
    }
    int at = Math.toIntExact(index - base);
    if (at >= locations.length) {
      locations = Arrays.copyOf(locations, Math.max(1024, Math.max(at + 1, at + at / 2)));
    }
    if (at >= count) {
      Arrays.fill(locations, count, at + 1, NONE);
      count = at + 1;
    }
    long replaced = locations[at];
    locations[at] = location;
    return replaced;
  }

  /** Forgets everything from this index on. */
  void truncate(long index) {
    count = (int) Math.max(0, Math.min(count, index - base));
  }
}

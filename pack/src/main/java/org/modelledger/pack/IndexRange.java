package org.modelledger.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.LongStream;

/**
 * Receipts that follow one another in the log.
 *
 * @param from the first, from 0
 * @param to behind the last, more than {@code from}
 */
public record IndexRange(long from, long to) {
  /** @throws IllegalArgumentException if there is nothing in it */
  public IndexRange {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException(
          "receipts from " + from + " to before " + to + "; expected at least one, from 0 on");
    }
  }

  /** Returns how many there are. */
  public long count() {
    return to - from;
  }

  boolean contains(long index) {
    return index >= from && index < to;
  }

  LongStream indices() {
    return LongStream.range(from, to);
  }

  /** Puts single receipts together. */
  static List<IndexRange> of(SortedSet<Long> indices) {
    List<IndexRange> ranges = new ArrayList<>();
    for (long index : indices) {
      if (!ranges.isEmpty() && ranges.getLast().to == index) {
        ranges.set(ranges.size() - 1, new IndexRange(ranges.getLast().from, index + 1));
      } else {
        ranges.add(new IndexRange(index, index + 1));
      }
    }
    return ranges;
  }

  /** Says it as a person would: {@code 3} or {@code 3 to 17}. */
  @Override
  public String toString() {
    return count() == 1 ? Long.toString(from) : from + " to " + (to - 1);
  }
}

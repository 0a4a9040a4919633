package org.modelledger.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of one file lie: the place of every 256th, so that a million of them take 32 kB. They
 * form runs of consecutive indexes; a later run hides what it has in common with earlier ones. Files of
 * version 2 have one run, those of version 1 another one after each time that the store was opened after
 * a crash.
 */
final class RecordIndex {
  private static final int EVERY = 256;

  /** A place from which a record is found by going on for some records. */
  record Start(long position, int records) {}

  private static final class Run {
    private final long first;
    private long count;
    private long[] positions = new long[16];

    Run(long first) {
      this.first = first;
    }

    long next() {
      return first + count;
    }

    void add(long position) {
      if (count % EVERY == 0) {
        int at = Math.toIntExact(count / EVERY);
        if (at == positions.length) {
          positions = Arrays.copyOf(positions, 2 * at);
        }
        positions[at] = position;
      }
      count++;
    }

    Start start(long index) {
      int ordinal = Math.toIntExact(index - first);
      return new Start(positions[ordinal / EVERY], ordinal % EVERY);
    }
  }

  private final List<Run> runs = new ArrayList<>();

  /** Adds a record that lies behind all that were added before. */
  void add(long index, long position) {
    if (runs.isEmpty() || runs.getLast().next() != index) {
      runs.add(new Run(index));
    }
    runs.getLast().add(position);
  }

  /** Returns where to look for the newest record of an index; null if there is none. */
  @Nullable
  Start find(long index) {
    for (Run run : runs.reversed()) {
      if (run.first <= index && index < run.next()) {
        return run.start(index);
      }
    }
    return null;
  }

  /** Returns the index after the last record, or the one given if there is no record. */
  long next(long whenEmpty) {
    return runs.isEmpty() ? whenEmpty : runs.getLast().next();
  }
}

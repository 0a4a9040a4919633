package org.modelledger.chain.local;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.modelledger.registry.SubmissionId;

/** Which entry of the log is which submission. One row for each entry. */
final class SubmissionTable {
  private static final int WIDTH = 2 * Long.BYTES + Integer.BYTES;
  private static final int AUTHOR = 2 * Long.BYTES;

  private final RowTable rows;
  private final IntHashIndex index;
  private final long seed;

  SubmissionTable(long seed) {
    this.rows = new RowTable(WIDTH);
    this.seed = seed;
    this.index = new IntHashIndex(
        row -> hash(rows.getLong(row, 0), rows.getLong(row, Long.BYTES), rows.getInt(row, AUTHOR)));
  }

  private int hash(long high, long low, int author) {
    return (int) IntHashIndex.mix(IntHashIndex.mix(high ^ seed) + IntHashIndex.mix(low + author));
  }

  int size() {
    return rows.size();
  }

  /** Returns the entry that is this submission, or -1. */
  int find(int author, SubmissionId id) {
    UUID uuid = id.value();
    long high = uuid.getMostSignificantBits();
    long low = uuid.getLeastSignificantBits();
    return index.find(hash(high, low, author),
        row -> rows.getLong(row, 0) == high && rows.getLong(row, Long.BYTES) == low
            && rows.getInt(row, AUTHOR) == author);
  }

  /** Adds the submission of the next entry. */
  void add(int author, SubmissionId id) {
    rows.add(ByteBuffer.allocate(WIDTH)
        .putLong(id.value().getMostSignificantBits())
        .putLong(id.value().getLeastSignificantBits())
        .putInt(author)
        .array());
    index.add(rows.size() - 1);
  }

  /** Returns the rows of the first entries. */
  RowTable prefix(int entries) {
    return rows.prefix(entries);
  }

  /** Reads rows into this table, which is empty. */
  void read(DataInputStream in) throws IOException {
    rows.read(in);
    for (int row = 0; row < rows.size(); row++) {
      index.add(row);
    }
  }
}

package org.modelledger.chain.local;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.modelledger.model.Digest;

/** Every version of every model, and the revocations. One row for each, in the ledger's order. */
final class VersionTable {
  private static final int ARTIFACT = 0;
  private static final int STATEMENT = Digest.BYTES;
  private static final int DIGESTS = 2 * Digest.BYTES;
  private static final int ENTRY = DIGESTS;
  private static final int MILLIS = ENTRY + Long.BYTES;
  private static final int NUMBER = MILLIS + Long.BYTES;
  private static final int MODEL = NUMBER + Long.BYTES;
  private static final int AUTHOR = MODEL + Integer.BYTES;
  private static final int WIDTH = AUTHOR + Integer.BYTES;

  private static final int REVOKED_ENTRY = Digest.BYTES;
  private static final int REVOKED_ROW = REVOKED_ENTRY + Long.BYTES;
  private static final int REVOCATION_WIDTH = REVOKED_ROW + Integer.BYTES;

  private final RowTable rows = new RowTable(WIDTH);
  private final RowTable revocations = new RowTable(REVOCATION_WIDTH);
  private final Map<Integer, Integer> revocationOf = new HashMap<>();
  private final IntHashIndex byDigests;
  private final long seed;

  VersionTable(long seed) {
    this.seed = seed;
    this.byDigests = new IntHashIndex(row -> hash(rows.getInt(row, MODEL),
        rows.getLong(row, ARTIFACT), rows.getLong(row, STATEMENT)));
  }

  private int hash(int model, long artifact, long statement) {
    return (int) IntHashIndex
        .mix(IntHashIndex.mix(artifact ^ seed) + IntHashIndex.mix(statement + model));
  }

  int size() {
    return rows.size();
  }

  int revocations() {
    return revocations.size();
  }

  /** Adds a version; returns its row. */
  int add(int model, long number, Digest artifact, Digest statement, int author, long entry,
      long millis) {
    rows.add(ByteBuffer.allocate(WIDTH)
        .put(artifact.bytes())
        .put(statement.bytes())
        .putLong(entry)
        .putLong(millis)
        .putLong(number)
        .putInt(model)
        .putInt(author)
        .array());
    int row = rows.size() - 1;
    byDigests.add(row);
    return row;
  }

  /** Returns the row of the version of a model that has these digests, or -1. */
  int find(int model, Digest artifact, Digest statement) {
    ByteBuffer digests = ByteBuffer.allocate(DIGESTS).put(artifact.bytes()).put(statement.bytes());
    return byDigests.find(hash(model, digests.getLong(ARTIFACT), digests.getLong(STATEMENT)),
        row -> rows.getInt(row, MODEL) == model && rows.hasBytes(row, ARTIFACT, digests.array()));
  }

  void revoke(int row, Digest reason, long entry) {
    revocations.add(ByteBuffer.allocate(REVOCATION_WIDTH)
        .put(reason.bytes())
        .putLong(entry)
        .putInt(row)
        .array());
    revocationOf.put(row, revocations.size() - 1);
  }

  /** Returns the revocation of a version, or -1. */
  int revocation(int row) {
    return revocationOf.getOrDefault(row, -1);
  }

  Digest reason(int revocation) {
    return Digest.of(revocations.getBytes(revocation, 0, Digest.BYTES));
  }

  /** Returns the entry that revoked. */
  long revokedBy(int revocation) {
    return revocations.getLong(revocation, REVOKED_ENTRY);
  }

  Digest artifact(int row) {
    return Digest.of(rows.getBytes(row, ARTIFACT, Digest.BYTES));
  }

  Digest statement(int row) {
    return Digest.of(rows.getBytes(row, STATEMENT, Digest.BYTES));
  }

  long entry(int row) {
    return rows.getLong(row, ENTRY);
  }

  long millis(int row) {
    return rows.getLong(row, MILLIS);
  }

  long number(int row) {
    return rows.getLong(row, NUMBER);
  }

  int model(int row) {
    return rows.getInt(row, MODEL);
  }

  int author(int row) {
    return rows.getInt(row, AUTHOR);
  }

  /** Returns the versions that the entries before this one registered. */
  RowTable versionsBefore(long entry) {
    int count = rows.size();
    while (count > 0 && entry(count - 1) >= entry) {
      count--;
    }
    return rows.prefix(count);
  }

  /** Returns the revocations by the entries before this one. */
  RowTable revocationsBefore(long entry) {
    int count = revocations.size();
    while (count > 0 && revokedBy(count - 1) >= entry) {
      count--;
    }
    return revocations.prefix(count);
  }

  /** Reads versions and revocations into this table, which is empty. */
  void read(DataInputStream in) throws IOException {
    rows.read(in);
    for (int row = 0; row < rows.size(); row++) {
      byDigests.add(row);
    }
    revocations.read(in);
    for (int revocation = 0; revocation < revocations.size(); revocation++) {
      revocationOf.put(revocations.getInt(revocation, REVOKED_ROW), revocation);
    }
  }
}

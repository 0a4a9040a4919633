package org.modelledger.ml.exact;

/**
 * Rows as numbers of bins, those of eight features in a word, so that one load serves eight histograms. The
 * words of a row lie side by side, up to eight of them: what memory gives in one go.
 */
final class BinWords {
  /** How many features share a word. */
  static final int GROUP = 8;
  private static final int STRIPE = 8;
  private static final int BLOCK_ROWS = 1 << 12;

  private final int groups;
  private final long[][] stripes;

  BinWords(BinnedRows table, Team team) {
    groups = Math.ceilDiv(table.features(), GROUP);
    stripes = new long[Math.ceilDiv(groups, STRIPE)][];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new long[Math.multiplyExact(table.rows(), width(i))];
    }
    team.run(Math.ceilDiv(table.rows(), BLOCK_ROWS), (block, worker) -> {
      int from = block * BLOCK_ROWS;
      int to = Math.min(table.rows(), from + BLOCK_ROWS);
      for (int feature = 0; feature < table.features(); feature++) {
        put(table.column(feature), feature, from, to);
      }
    });
  }

  private void put(byte[] column, int feature, int from, int to) {
    int group = feature / GROUP;
    long[] words = stripes[group / STRIPE];
    int width = width(group / STRIPE);
    int shift = feature % GROUP * Byte.SIZE;
    for (int r = from, at = from * width + group % STRIPE; r < to; r++, at += width) {
      words[at] |= (column[r] & 0xffL) << shift;
    }
  }

  private int width(int stripe) {
    return Math.min(STRIPE, groups - stripe * STRIPE);
  }

  int groups() {
    return groups;
  }

  /** Copies the words that a group of features has in some rows. */
  void gather(int group, int[] rows, int from, int to, long[] gathered) {
    long[] words = stripes[group / STRIPE];
    int width = width(group / STRIPE);
    int place = group % STRIPE;
    for (int i = from, k = 0; i < to; i++, k++) {
      gathered[k] = words[rows[i] * width + place];
    }
  }
}

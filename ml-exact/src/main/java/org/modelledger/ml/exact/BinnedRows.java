package org.modelledger.ml.exact;

/** Rows as numbers of bins: those of eight features in a word, so that one load serves eight histograms. */
final class BinnedRows {
  /** How many features share a word. */
  static final int GROUP = 8;
  private static final int BLOCK_ROWS = 1 << 15;

  private final int rows;
  private final FeatureBins[] bins;
  private final long[][] words;

  private BinnedRows(int rows, FeatureBins[] bins) {
    this.rows = rows;
    this.bins = bins;
    this.words = new long[Math.ceilDiv(bins.length, GROUP)][rows];
  }

  static BinnedRows of(FeatureTable table, FeatureBins[] bins, Team team) {
    BinnedRows binned = new BinnedRows(table.rows(), bins);
    int blocks = Math.ceilDiv(table.rows(), BLOCK_ROWS);
    team.run(binned.words.length * blocks, (task, worker) -> {
      int group = task / blocks;
      int from = task % blocks * BLOCK_ROWS;
      int to = Math.min(table.rows(), from + BLOCK_ROWS);
      int end = Math.min(bins.length, (group + 1) * GROUP);
      for (int feature = group * GROUP; feature < end; feature++) {
        binned.put(table, feature, from, to);
      }
    });
    return binned;
  }

  private void put(FeatureTable table, int feature, int from, int to) {
    long[] column = words[feature / GROUP];
    int shift = shift(feature);
    FeatureBins of = bins[feature];
    if (table.float64()) {
      double[] values = table.doubles(feature);
      for (int r = from; r < to; r++) {
        column[r] |= (long) of.bin(values[r]) << shift;
      }
    } else {
      float[] values = table.floats(feature);
      for (int r = from; r < to; r++) {
        column[r] |= (long) of.bin(values[r]) << shift;
      }
    }
  }

  int rows() {
    return rows;
  }

  int features() {
    return bins.length;
  }

  int groups() {
    return words.length;
  }

  FeatureBins bins(int feature) {
    return bins[feature];
  }

  /** Returns the words of a group of features, one for each row; not a copy. */
  long[] words(int group) {
    return words[group];
  }

  /** Returns where in its word a feature's bin lies. */
  static int shift(int feature) {
    return feature % GROUP * Byte.SIZE;
  }

  int bin(int feature, int row) {
    return (int) (words[feature / GROUP][row] >>> shift(feature)) & 0xff;
  }
}

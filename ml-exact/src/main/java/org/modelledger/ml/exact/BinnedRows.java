package org.modelledger.ml.exact;

/** Rows as numbers of bins, a byte for each, by column. */
final class BinnedRows {
  private static final int BLOCK_ROWS = 1 << 15;

  private final int rows;
  private final FeatureBins[] bins;
  private final byte[][] columns;

  private BinnedRows(int rows, FeatureBins[] bins) {
    this.rows = rows;
    this.bins = bins;
    this.columns = new byte[bins.length][rows];
  }

  static BinnedRows of(FeatureTable table, FeatureBins[] bins, Team team) {
    BinnedRows binned = new BinnedRows(table.rows(), bins);
    int blocks = Math.ceilDiv(table.rows(), BLOCK_ROWS);
    team.run(bins.length * blocks, (task, worker) -> {
      int from = task % blocks * BLOCK_ROWS;
      binned.put(table, task / blocks, from, Math.min(table.rows(), from + BLOCK_ROWS));
    });
    return binned;
  }

  private void put(FeatureTable table, int feature, int from, int to) {
    byte[] column = columns[feature];
    FeatureBins of = bins[feature];
    if (table.float64()) {
      double[] values = table.doubles(feature);
      for (int r = from; r < to; r++) {
        column[r] = (byte) of.bin(values[r]);
      }
    } else {
      float[] values = table.floats(feature);
      for (int r = from; r < to; r++) {
        column[r] = (byte) of.bin(values[r]);
      }
    }
  }

  int rows() {
    return rows;
  }

  int features() {
    return bins.length;
  }

  FeatureBins bins(int feature) {
    return bins[feature];
  }

  /** Returns the bins of a feature, one for each row, as numbers without a sign; not a copy. */
  byte[] column(int feature) {
    return columns[feature];
  }

  int bin(int feature, int row) {
    return columns[feature][row] & 0xff;
  }
}

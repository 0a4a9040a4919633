package org.modelledger.ml.exact;

/** How wide the leaves of {@link IntegerTrees} are. Sums of leaves always have 32 bits. */
public enum LeafType {
  /** -127 to 127. */
  INT8(1),
  /** -32,767 to 32,767: where {@link #INT8} loses too much. */
  INT16(2),
  /** As far as sums have room: what is lost is next to nothing. */
  INT32(4);

  private final int bytes;

  LeafType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns how many bytes one leaf takes: 1, 2 or 4. */
  public int bytes() {
    return bytes;
  }

  /** Returns the greatest leaf; the least is that below 0. */
  int greatest() {
    return (int) ((1L << (Byte.SIZE * bytes - 1)) - 1);
  }
}

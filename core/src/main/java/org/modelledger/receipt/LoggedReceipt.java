package org.modelledger.receipt;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A receipt that is durable in the log. Immutable. */
public final class LoggedReceipt {
  private final long index;
  private final byte[] leaf;
  /** Read from the leaf when somebody asks: most receipts are never looked at here. */
  private volatile @Nullable Receipt receipt;

  LoggedReceipt(long index, byte[] leaf) {
    this.index = index;
    this.leaf = leaf;
  }

  /** Returns its place in the log, from 0. */
  public long index() {
    return index;
  }

  /** Returns what it says. */
  public Receipt receipt() {
    Receipt known = receipt;
    if (known == null) {
      known = (Receipt) ReceiptEntry.decode(leaf);
      receipt = known;
    }
    return known;
  }

  /** Says whether it is the same receipt at the same place. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LoggedReceipt that && index == that.index
        && Arrays.equals(leaf, that.leaf);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(index) * 31 + Arrays.hashCode(leaf);
  }

  @Override
  public String toString() {
    return "LoggedReceipt[" + index + ", " + receipt() + "]";
  }
}

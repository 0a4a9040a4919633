package org.modelledger.receipt;

import java.util.Objects;

/**
 * A receipt that is durable in the log.
 *
 * @param index its place in the log, from 0
 * @param receipt what it says
 */
public record LoggedReceipt(long index, Receipt receipt) {
  /** @throws IllegalArgumentException if the index is negative */
  public LoggedReceipt {
    Objects.requireNonNull(receipt, "receipt");
    if (index < 0) {
      throw new IllegalArgumentException("a log counts from 0, not " + index);
    }
  }
}

package org.modelledger.chain.ethereum;

import org.jspecify.annotations.Nullable;

/** One transaction: which commands of the lane it carries, under which nonce, for how much. */
final class Flight {
  final long nonce;
  final long first;
  final int count;
  final long gas;
  final GasPrice price;
  /** Whether something of ours went out under this nonce before, whose place it takes. */
  final boolean replaces;

  /** Whether a node has taken it. */
  boolean accepted;
  /** Whether it is to be sent, for the first time or again. */
  boolean mustSend = true;
  /** As it was sent; null before. */
  @Nullable
  SignedTransaction signed;
  /** The newest block when a node took it. */
  long acceptedAt;

  Flight(long nonce, long first, int count, long gas, GasPrice price, boolean replaces) {
    this.nonce = nonce;
    this.first = first;
    this.count = count;
    this.gas = gas;
    this.price = price;
    this.replaces = replaces;
  }

  /** The command after its last. */
  long end() {
    return first + count;
  }

  @Override
  public String toString() {
    return "transaction " + nonce + " with commands " + first + " to " + (end() - 1);
  }
}

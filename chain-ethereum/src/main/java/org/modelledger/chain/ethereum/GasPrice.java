package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.Objects;

/**
 * What a transaction offers for a unit of gas, in wei.
 *
 * @param max the most it pays; on chains without a base fee, what it pays
 * @param tip the most of it that goes to who makes the block
 */
record GasPrice(BigInteger max, BigInteger tip) {
  private static final BigInteger EIGHT = BigInteger.valueOf(8);

  GasPrice {
    Objects.requireNonNull(max, "max");
    Objects.requireNonNull(tip, "tip");
    if (tip.signum() < 0 || tip.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "a tip is from 0 to the whole of " + max + " wei, not " + tip);
    }
  }

  static GasPrice ofWei(long max, long tip) {
    return new GasPrice(BigInteger.valueOf(max), BigInteger.valueOf(tip));
  }

  /** Enough more that nodes take it in place of this: an eighth (go-ethereum wants a tenth). */
  GasPrice raised() {
    return new GasPrice(raised(max), raised(tip));
  }

  private static BigInteger raised(BigInteger wei) {
    return wei.add(wei.add(EIGHT).divide(EIGHT)).add(BigInteger.ONE);
  }

  /** The greater of both, part by part. */
  GasPrice atLeast(GasPrice other) {
    return new GasPrice(max.max(other.max), tip.max(other.tip));
  }

  /** At most so much a unit. */
  GasPrice atMost(BigInteger cap) {
    return new GasPrice(max.min(cap), tip.min(cap));
  }
}

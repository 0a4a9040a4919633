package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what is worth offering for gas. On chains with a base fee: twice the newest block's, which
 * covers six full blocks' growth, and the tip that the node suggests; elsewhere the node's gas price
 * and an eighth. The node is asked at most once an interval; the base fee comes with each block.
 *
 * <p>For one thread.
 */
final class FeeOracle {
  private static final long ASK_AGAIN = Duration.ofSeconds(5).toNanos();
  private static final int BLOCKS = 10;
  private static final double PERCENTILE = 50;
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);

  private final JsonRpc rpc;
  private @Nullable BigInteger suggested;
  private boolean hasNoTips;
  private long askedAt;

  FeeOracle(JsonRpc rpc) {
    this.rpc = rpc;
  }

  /** Says whether a chain takes transactions of EIP-1559. */
  static boolean isLegacy(Block newest) {
    return newest.baseFee().isEmpty();
  }

  /**
   * Returns what to offer now.
   *
   * @throws org.modelledger.registry.LedgerUnavailableException if the node cannot say
   */
  GasPrice price(Block newest) {
    Optional<BigInteger> baseFee = newest.baseFee();
    BigInteger known = suggested;
    long now = System.nanoTime();
    if (known == null || now - askedAt > ASK_AGAIN) {
      known = baseFee.isPresent() ? tip() : rpc.call(NodeCalls.gasPrice());
      suggested = known;
      askedAt = now;
    }
    return price(baseFee, known);
  }

  /** @param suggested the tip, or where there is no base fee the price */
  static GasPrice price(Optional<BigInteger> baseFee, BigInteger suggested) {
    if (baseFee.isEmpty()) {
      BigInteger price = suggested.add(suggested.shiftRight(3)).max(BigInteger.ONE);
      return new GasPrice(price, price);
    }
    return new GasPrice(baseFee.get().shiftLeft(1).add(suggested), suggested);
  }

  /** Nodes without eth_maxPriorityFeePerGas have eth_feeHistory, or neither. */
  private BigInteger tip() {
    if (!hasNoTips) {
      try {
        return rpc.call(NodeCalls.maxPriorityFeePerGas());
      } catch (RpcErrorException e) {
        if (e.error().kind() != RpcError.Kind.METHOD_NOT_FOUND) {
          throw e;
        }
        hasNoTips = true;
      }
    }
    try {
      List<BigInteger> rewards = rpc.call(NodeCalls.rewards(BLOCKS, PERCENTILE));
      return median(rewards);
    } catch (RpcErrorException e) {
      if (e.error().kind() != RpcError.Kind.METHOD_NOT_FOUND) {
        throw e;
      }
      return GWEI;
    }
  }

  /** Of empty blocks the reward is 0, which no miner has to take. */
  private static BigInteger median(List<BigInteger> rewards) {
    List<BigInteger> paid = rewards.stream()
        .filter(reward -> reward.signum() > 0)
        .sorted()
        .toList();
    return paid.isEmpty() ? GWEI : paid.get(paid.size() / 2);
  }
}

package org.modelledger.testnet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How {@link GethNode} is started. Two with the same settings are equal, so that a node can be shared. Immutable. */
public final class GethOptions {
  /** Chain 1337; a block as soon as there is a transaction; a pool that takes thousands from one account. */
  public static final GethOptions DEFAULT = builder().build();

  private final long chainId;
  private final long gasLimit;
  private final Duration blockTime;
  private final boolean publicPool;
  private final boolean persistent;
  private final List<String> extra;

  private GethOptions(Builder builder) {
    chainId = builder.chainId;
    gasLimit = builder.gasLimit;
    blockTime = builder.blockTime;
    publicPool = builder.publicPool;
    persistent = builder.persistent;
    extra = List.copyOf(builder.extra);
  }

  /**
   * Starts with the settings of {@link #DEFAULT}.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  long chainId() {
    return chainId;
  }

  long gasLimit() {
    return gasLimit;
  }

  boolean persistent() {
    return persistent;
  }

  /** What both the command line of the node and the one that writes the first block say. */
  List<String> storage() {
    return persistent ? List.of("--state.scheme", "hash") : List.of();
  }

  /** What the command line says besides the ports and the directory. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(
        List.of("--dev.period", Long.toString(blockTime.toSeconds())));
    if (!publicPool) {
      arguments.addAll(List.of("--txpool.accountslots", "4096", "--txpool.accountqueue", "4096",
          "--txpool.globalslots", "16384", "--txpool.globalqueue", "16384"));
    }
    if (persistent) {
      // otherwise the state is written at the end only, and a killed node takes itself for one that must synchronise
      arguments.addAll(storage());
      arguments.addAll(List.of("--gcmode", "archive"));
    }
    arguments.addAll(extra);
    return List.copyOf(arguments);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GethOptions that && chainId == that.chainId && gasLimit == that.gasLimit
        && arguments().equals(that.arguments());
  }

  @Override
  public int hashCode() {
    return Objects.hash(chainId, gasLimit, arguments());
  }

  /** The settings in words. */
  @Override
  public String toString() {
    return "chain " + chainId + ", " + gasLimit + " gas a block, " + String.join(" ", arguments());
  }

  /** Collects settings. Not safe for use by several threads. */
  public static final class Builder {
    private long chainId = 1_337;
    private long gasLimit = 60_000_000;
    private Duration blockTime = Duration.ZERO;
    private boolean publicPool;
    private boolean persistent;
    private final List<String> extra = new ArrayList<>();

    private Builder() {}

    /**
     * Sets the chain's id.
     *
     * @param id from 1
     * @return this
     */
    public Builder chainId(long id) {
      if (id < 1) {
        throw new IllegalArgumentException("the chain id is " + id + "; wanted is 1 or more");
      }
      chainId = id;
      return this;
    }

    /**
     * Sets the gas that fits into a block.
     *
     * @param gas from 21000
     * @return this
     */
    public Builder gasLimit(long gas) {
      if (gas < 21_000) {
        throw new IllegalArgumentException("the gas limit is " + gas + "; wanted is 21000 or more");
      }
      gasLimit = gas;
      return this;
    }

    /**
     * Sets the time between blocks.
     *
     * @param interval in whole seconds; zero for a block as soon as there is a transaction. With zero the chain's clock
     *     runs ahead of ours, since each block is a second later than the one before
     * @return this
     */
    public Builder blockTime(Duration interval) {
      if (interval.isNegative() || !interval.equals(Duration.ofSeconds(interval.toSeconds()))) {
        throw new IllegalArgumentException(
            "the block time is " + interval + "; wanted are whole seconds from 0");
      }
      blockTime = interval;
      return this;
    }

    /**
     * Lets the pool have geth's own limits, as public nodes have: more than 64 transactions of one account at a time
     * may wait long or get lost.
     *
     * @return this
     */
    public Builder publicPool() {
      publicPool = true;
      return this;
    }

    /**
     * Writes the state down with each block, so that {@link GethNode#restart} works after {@link GethNode#kill}. The
     * newest blocks may be lost even so, as in a reorganisation.
     *
     * @return this
     */
    public Builder persistent() {
      persistent = true;
      return this;
    }

    /**
     * Adds arguments to geth's command line.
     *
     * @param arguments as {@code geth --help} lists them
     * @return this
     */
    public Builder extra(String... arguments) {
      extra.addAll(List.of(arguments));
      return this;
    }

    /**
     * Returns the settings.
     *
     * @return immutable
     */
    public GethOptions build() {
      return new GethOptions(this);
    }
  }
}

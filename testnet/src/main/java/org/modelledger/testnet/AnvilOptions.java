package org.modelledger.testnet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How {@link AnvilNode} is started. Two with the same settings are equal, so that a node can be shared. Immutable. */
public final class AnvilOptions {
  /**
   * Chain 31337, ten accounts; a block for each transaction, at once. Under many transactions at a time that way of
   * mining stalls: set a block time for those.
   */
  public static final AnvilOptions DEFAULT = builder().build();

  private static final String QUIET = "--quiet";

  private final long chainId;
  private final int accounts;
  private final List<String> arguments;
  private final boolean persistent;
  private final @Nullable Path state;

  private AnvilOptions(Builder builder) {
    chainId = builder.chainId;
    accounts = builder.accounts;
    persistent = builder.persistent;
    state = builder.state;
    List<String> list = new ArrayList<>(List.of("--chain-id", Long.toString(chainId), "--accounts",
        Integer.toString(accounts)));
    if (builder.noMining) {
      list.add("--no-mining");
    } else if (builder.blockTime != null) {
      list.addAll(List.of("--block-time",
          BigDecimal.valueOf(builder.blockTime.toMillis(), 3)
              .stripTrailingZeros()
              .toPlainString()));
    }
    if (builder.gasLimit > 0) {
      list.addAll(List.of("--gas-limit", Long.toString(builder.gasLimit)));
    }
    if (builder.baseFee != null) {
      list.addAll(List.of("--block-base-fee-per-gas", builder.baseFee.toString()));
    }
    if (builder.slotsInAnEpoch > 0) {
      list.addAll(List.of("--slots-in-an-epoch", Integer.toString(builder.slotsInAnEpoch)));
    }
    list.addAll(builder.extra);
    arguments = List.copyOf(list);
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

  int accounts() {
    return accounts;
  }

  /** Where the chain is kept; empty if it is not. */
  Optional<Path> state(Path directory) {
    return persistent
        ? Optional
            .of(Objects.requireNonNullElse(state, directory.resolve("state.json")).toAbsolutePath())
        : Optional.empty();
  }

  boolean isQuiet() {
    return arguments.contains(QUIET);
  }

  List<String> arguments() {
    return arguments;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AnvilOptions that && persistent == that.persistent
        && arguments.equals(that.arguments);
  }

  @Override
  public int hashCode() {
    return Objects.hash(persistent, state, arguments);
  }

  /** The arguments of the command line. */
  @Override
  public String toString() {
    return String.join(" ", arguments) + (persistent ? " (persistent)" : "");
  }

  /** Collects settings. Not safe for use by several threads. */
  public static final class Builder {
    private long chainId = 31_337;
    private int accounts = 10;
    private @Nullable Duration blockTime;
    private boolean noMining;
    private long gasLimit;
    private @Nullable BigInteger baseFee;
    private int slotsInAnEpoch;
    private boolean persistent;
    private @Nullable Path state;
    private final List<String> extra = new ArrayList<>();

    private Builder() {}

    /**
     * Sets the chain's id.
     *
     * @param id from 1
     * @return this
     */
    public Builder chainId(long id) {
      chainId = atLeast(1, id, "chain id");
      return this;
    }

    /**
     * Sets how many accounts have money; the first ten are always the same.
     *
     * @param count from 10
     * @return this
     */
    public Builder accounts(int count) {
      accounts = (int) atLeast(10, count, "number of accounts");
      return this;
    }

    /**
     * Mines at fixed intervals instead of for each transaction.
     *
     * @param interval at least a millisecond; in whole milliseconds
     * @return this
     */
    public Builder blockTime(Duration interval) {
      atLeast(1, interval.toMillis(), "block time in milliseconds");
      blockTime = interval;
      return this;
    }

    /**
     * Mines only when told to ({@link AnvilNode#mine}).
     *
     * @return this
     */
    public Builder noMining() {
      noMining = true;
      return this;
    }

    /**
     * Sets the gas that fits into a block.
     *
     * @param gas from 21000; 30 million unless set
     * @return this
     */
    public Builder gasLimit(long gas) {
      gasLimit = atLeast(21_000, gas, "gas limit");
      return this;
    }

    /**
     * Sets the first block's base fee.
     *
     * @param wei for each unit of gas, from 0
     * @return this
     */
    public Builder baseFee(BigInteger wei) {
      if (wei.signum() < 0) {
        throw new IllegalArgumentException("a base fee is not negative: " + wei);
      }
      baseFee = wei;
      return this;
    }

    /**
     * Sets how far {@code safe} and {@code finalized} are behind the newest block: one and two times as many blocks.
     *
     * @param slots from 1; 32 unless set
     * @return this
     */
    public Builder slotsInAnEpoch(int slots) {
      slotsInAnEpoch = (int) atLeast(1, slots, "number of slots in an epoch");
      return this;
    }

    /**
     * Writes no log of requests and blocks: for long runs, and to measure.
     *
     * @return this
     */
    public Builder quiet() {
      return extra(QUIET);
    }

    /**
     * Keeps the chain over {@link AnvilNode#stop} and {@link AnvilNode#restart}. What came after the last stop is lost
     * when the node is killed.
     *
     * @return this
     */
    public Builder persistent() {
      persistent = true;
      return this;
    }

    /**
     * Keeps the chain in a file of the caller's: it begins with what is there, and {@link AnvilNode#stop} writes it. As
     * {@link #persistent}, otherwise.
     *
     * @param file need not exist
     * @return this
     */
    public Builder state(Path file) {
      state = Objects.requireNonNull(file, "file");
      return persistent();
    }

    /**
     * Adds arguments to anvil's command line.
     *
     * @param arguments as {@code anvil --help} lists them
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
    public AnvilOptions build() {
      if (noMining && Optional.ofNullable(blockTime).isPresent()) {
        throw new IllegalArgumentException("either a block time or no mining, not both");
      }
      return new AnvilOptions(this);
    }

    private static long atLeast(long least, long value, String what) {
      if (value < least) {
        throw new IllegalArgumentException(
            "the " + what + " is " + value + "; wanted is " + least + " or more");
      }
      return value;
    }
  }
}

package org.modelledger.chain.ethereum;

import java.util.Objects;
import org.modelledger.spi.ConfigurationException;

/**
 * When an event is final: when a client delivers it, and ends the wait for it.
 *
 * <p>{@link #finalized()} is what a public network itself calls final; on Ethereum it takes about 15
 * minutes. {@link #confirmations(int)} is quicker and as safe as the number of blocks that the network
 * never takes back. {@link #latest()} is for networks on which a block is final when it is made:
 * those of one operator, and those with immediate finality.
 *
 * <p>If the chain takes back what was final by this, the client stops with a {@link
 * ChainReorganizedException}; it never changes a history that it has told.
 */
public final class Finality {
  private static final Finality FINALIZED = new Finality("finalized", 0);
  private static final Finality SAFE = new Finality("safe", 0);
  private static final Finality LATEST = new Finality("latest", 0);

  private final String tag;
  private final int confirmations;

  private Finality(String tag, int confirmations) {
    this.tag = tag;
    this.confirmations = confirmations;
  }

  /** Returns: in a block that the network calls {@code finalized}. */
  public static Finality finalized() {
    return FINALIZED;
  }

  /** Returns: in a block that the network calls {@code safe}. */
  public static Finality safe() {
    return SAFE;
  }

  /** Returns: in a block. */
  public static Finality latest() {
    return LATEST;
  }

  /**
   * Returns: in a block on which so many others stand.
   *
   * @param blocks from 0, which is {@link #latest()}
   * @throws IllegalArgumentException if it is negative
   */
  public static Finality confirmations(int blocks) {
    if (blocks < 0) {
      throw new IllegalArgumentException("0 or more blocks stand on a block, not " + blocks);
    }
    return blocks == 0 ? LATEST : new Finality("latest", blocks);
  }

  /**
   * Reads {@code finalized}, {@code safe}, {@code latest} or a number of confirmations.
   *
   * @throws ConfigurationException if it is none of them
   */
  public static Finality parse(String text) {
    return switch (text) {
      case "finalized" -> FINALIZED;
      case "safe" -> SAFE;
      case "latest" -> LATEST;
      default -> {
        if (!text.matches("[0-9]{1,6}")) {
          throw new ConfigurationException("option 'finality' is '" + text
              + "'; expected finalized, safe, latest or a number of confirmations");
        }
        yield confirmations(Integer.parseInt(text));
      }
    };
  }

  /** The block tag of JSON-RPC from which it is counted. */
  String tag() {
    return tag;
  }

  int confirmations() {
    return confirmations;
  }

  boolean isImmediate() {
    return equals(LATEST);
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof Finality that && tag.equals(that.tag)
        && confirmations == that.confirmations;
  }

  @Override
  public int hashCode() {
    return Objects.hash(tag, confirmations);
  }

  /** Returns what {@link #parse} reads. */
  @Override
  public String toString() {
    return confirmations > 0 ? Integer.toString(confirmations) : tag;
  }
}

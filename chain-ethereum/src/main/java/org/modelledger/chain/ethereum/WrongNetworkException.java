package org.modelledger.chain.ethereum;

import org.modelledger.spi.ConfigurationException;

/** The node belongs to another network than the one that was asked for. */
public final class WrongNetworkException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  private final long expected;
  private final long actual;

  WrongNetworkException(String node, long expected, long actual) {
    super("the node " + node + " belongs to chain " + actual + ", wanted chain " + expected
        + "; check the node's URL and the option chain-id");
    this.expected = expected;
    this.actual = actual;
  }

  /** Returns the chain id that was asked for. */
  public long expected() {
    return expected;
  }

  /** Returns the chain id that the node has. */
  public long actual() {
    return actual;
  }
}

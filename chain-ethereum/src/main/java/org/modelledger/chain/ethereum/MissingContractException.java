package org.modelledger.chain.ethereum;

import org.modelledger.spi.ConfigurationException;

/** There is no registry at the address that was given, or something else is. */
public final class MissingContractException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  private final String address;

  private MissingContractException(String message, String address) {
    super(message);
    this.address = address;
  }

  /** There is no code at all. */
  static MissingContractException noCode(String address, long chainId, String node) {
    return new MissingContractException("there is no contract at " + address + " on chain "
        + chainId + " (node " + node
        + "); expected the registry's address, as its deployment printed"
        + " it", address);
  }

  /** There is other code. */
  static MissingContractException otherCode(String address, long chainId, String node) {
    return new MissingContractException("the contract at " + address + " on chain " + chainId
        + " (node " + node + ") is not a ModelRegistry of this version: its code is another one",
        address);
  }

  /** Returns the address. */
  public String address() {
    return address;
  }
}

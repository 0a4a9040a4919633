package org.modelledger.chain.ethereum;

import org.modelledger.model.ModelLedgerException;

/**
 * The chain took back a block that was final by the client's {@link Finality}: what was read and
 * delivered may not have happened. The client does nothing more; open another one, with a finality
 * that fits the network, and compare.
 */
public final class ChainReorganizedException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  ChainReorganizedException(String message) {
    super(message);
  }
}

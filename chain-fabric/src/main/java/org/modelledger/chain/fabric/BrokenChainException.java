package org.modelledger.chain.fabric;

import org.modelledger.model.ModelLedgerException;

/**
 * A peer delivered a block that does not belong to the channel as this client knows it: it does not
 * follow the block before, or does not have the contents that its header names. What the client has read
 * and what the peer has are not the same ledger. The client does nothing more; compare with other peers.
 */
public final class BrokenChainException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  BrokenChainException(String message) {
    super(message);
  }
}

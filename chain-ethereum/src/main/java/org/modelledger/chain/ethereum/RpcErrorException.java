package org.modelledger.chain.ethereum;

import org.modelledger.registry.LedgerUnavailableException;

/** A node answered a call with an error that is none of the caller's making. */
final class RpcErrorException extends LedgerUnavailableException {
  private static final long serialVersionUID = 1L;

  private final transient RpcError error;

  RpcErrorException(String where, String method, RpcError error) {
    super("the node " + where + " answered " + method + " with error " + error);
    this.error = error;
  }

  RpcError error() {
    return error;
  }
}

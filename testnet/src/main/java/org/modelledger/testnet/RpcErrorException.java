package org.modelledger.testnet;

import org.modelledger.model.ModelLedgerException;

/** A node answered a request with an error. */
public final class RpcErrorException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  private final long code;

  RpcErrorException(String method, long code, String message) {
    super(method + " was answered with the error " + code + ": " + message);
    this.code = code;
  }

  /**
   * Returns the error's code, as JSON-RPC numbers them.
   *
   * @return such as -32601 for a method that the node does not have
   */
  public long code() {
    return code;
  }
}

package org.modelledger.chain.fabric.chaincode;

import org.modelledger.chain.fabric.protocol.Refusal;

/** The rules refuse a command; nothing has been written. Checked: whoever judges says what follows. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  RefusedException(Refusal refusal) {
    super(refusal.message(), null, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}

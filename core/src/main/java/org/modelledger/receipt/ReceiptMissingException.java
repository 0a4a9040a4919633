package org.modelledger.receipt;

import org.modelledger.model.ModelLedgerException;

/**
 * This inference has no receipt and will have none: the user chose to fail open, and the log has, or
 * will have when it can be written again, a {@link Gap} in its place.
 */
public final class ReceiptMissingException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  ReceiptMissingException(String message) {
    super(message);
  }
}

package org.modelledger.receipt;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/**
 * The receipt log cannot do its work: another process has it open, its disk failed, a file is
 * damaged. What was awaited before is safe. An inference that gets this has no receipt to rely on, and
 * with fail-closed its result is not handed out.
 */
public final class ReceiptLogException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  ReceiptLogException(String message) {
    super(message);
  }

  ReceiptLogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

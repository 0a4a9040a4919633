package org.modelledger.lineage;

import org.modelledger.model.ModelLedgerException;

/**
 * The log of statements cannot do its work: another process has it open, its disk failed, a file is
 * damaged, or it holds something else. What was recorded before is safe.
 */
public final class StatementLogException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  StatementLogException(String message, Throwable cause) {
    super(message, cause);
  }
}

package org.modelledger.tables;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/**
 * Data is not what it was said to be: names the file, the line or row and the column, the value and what was
 * expected. Nothing came of it.
 */
public class TableException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  public TableException(String message) {
    super(message);
  }

  public TableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

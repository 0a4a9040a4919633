package org.modelledger.training;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/**
 * A training could not be begun with this data, or failed: names the column and row, or the epoch and
 * batch, what was found and what was expected. No model came of it.
 */
public class TrainingException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  public TrainingException(String message) {
    super(message);
  }

  public TrainingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package org.modelledger.chain.support;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/**
 * An outbox's file is not what an outbox writes: bytes were changed, or it is another kind of file.
 * What was settled is on the chain; commands that were pending may have happened or not, which their
 * submission ids tell.
 */
public final class OutboxCorruptException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  OutboxCorruptException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package org.modelledger.evidence;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/**
 * The evidence store cannot do its work: another process has it open, its disk failed, or the key is
 * not the one it was written with. Names the file.
 */
public final class EvidenceException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  EvidenceException(String message) {
    super(message);
  }

  EvidenceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

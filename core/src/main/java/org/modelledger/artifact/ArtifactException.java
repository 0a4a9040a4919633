package org.modelledger.artifact;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/** What an artifact store refuses or does not have. Trouble with its disk is a storage exception. */
public abstract class ArtifactException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  ArtifactException(String message) {
    super(message);
  }

  ArtifactException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

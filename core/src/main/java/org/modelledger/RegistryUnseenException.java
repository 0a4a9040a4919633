package org.modelledger;

import java.time.Instant;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelVersionId;

/**
 * The registry could not be read for longer than the user allows, so that nobody knows whether the
 * version is still good, and the user chose {@link Recall#STOP}: nothing was run. It runs again as soon
 * as the registry can be read and has nothing against it.
 */
public final class RegistryUnseenException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  private final Instant since;

  RegistryUnseenException(ModelVersionId version, RecallWarning.RegistryUnseen warning) {
    super(version + " does not run: " + warning);
    this.since = warning.since();
  }

  /** Returns when the registry was read last, by this ledger's clock. */
  public Instant since() {
    return since;
  }

  @Override
  public boolean isRetryable() {
    return true;
  }
}

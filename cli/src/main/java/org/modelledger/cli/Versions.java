package org.modelledger.cli;

import org.modelledger.ModelLedger;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.NotFoundException;

/** Finds the version that a command line names. */
final class Versions {

  private Versions() {}

  /** @throws NotFoundException if the ledger does not have it */
  static ModelVersion find(ModelLedger ledger, ModelVersionId id) {
    return ledger.registry()
        .version(id)
        .orElseThrow(() -> new NotFoundException("the ledger has no version " + id));
  }
}

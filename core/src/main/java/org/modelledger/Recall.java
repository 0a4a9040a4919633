package org.modelledger;

/**
 * What happens to models that run when the registry speaks against them, or cannot be asked: chosen
 * when the ledger is opened, for each of the two apart.
 *
 * @see ModelLedger.Builder#onRevocation
 * @see ModelLedger.Builder#onRegistryUnseen
 */
public enum Recall {
  /** Fail-closed: the model runs no more; whoever calls it gets a typed exception. */
  STOP,
  /**
   * Fail-open: the model goes on, and it shows: in {@link AttestedModel#warnings()}, in the log of the
   * application, and in every receipt, by an attribute of {@link
   * org.modelledger.receipt.WarningMarks}.
   */
  WARN
}

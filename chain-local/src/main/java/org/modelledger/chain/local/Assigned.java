package org.modelledger.chain.local;

import org.modelledger.model.AccountId;

/** What the ledger adds to a command in its event, because the author could not know it. */
sealed interface Assigned {
  Assigned NOTHING = new Nothing();

  /** Everything is in the command. */
  record Nothing() implements Assigned {}

  /** The number of the version that was registered. */
  record Version(long number) implements Assigned {}

  /** Who owned the model until now. */
  record PreviousOwner(AccountId account) implements Assigned {}
}

package org.modelledger.chain.local;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelFormatException;

/**
 * What lies in the ledger's directory is not a ledger that keeps the rules: bytes that do not hash to
 * what the log signed, an entry that its author did not sign, an event that the rules forbid. Nothing
 * was changed. The message names the file or the entry.
 */
public final class LedgerCorruptException extends ModelFormatException {
  private static final long serialVersionUID = 1L;

  private static final long NONE = -1;

  private final long index;

  LedgerCorruptException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.index = NONE;
  }

  LedgerCorruptException(long index, String ledger, String what) {
    super("entry " + index + " of the ledger " + ledger + " is not valid: " + what);
    this.index = index;
  }

  /** Returns the index of the first entry that is not valid, if it is an entry. */
  public OptionalLong index() {
    return index == NONE ? OptionalLong.empty() : OptionalLong.of(index);
  }
}

package org.modelledger.evidence;

import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelFormatException;

/** A file of the evidence store is not what was written. Names the file, the place and the receipt. */
public final class EvidenceCorruptException extends ModelFormatException {
  private static final long serialVersionUID = 1L;

  EvidenceCorruptException(String file, long offset, String what, @Nullable Throwable cause) {
    super("the evidence file " + file + " is damaged at byte " + offset + ": " + what, cause);
  }
}

package org.modelledger.evidence;

import java.util.Objects;

/** What an {@link EvidenceStore} has on a receipt. */
public sealed interface EvidenceLookup {
  /**
   * It is there.
   *
   * @param evidence decrypted
   */
  record Kept(Evidence evidence) implements EvidenceLookup {
    public Kept {
      Objects.requireNonNull(evidence, "evidence");
    }
  }

  /** It was there and has been erased: nobody can open the commitments any more. */
  record Erased() implements EvidenceLookup {}

  /** It never was there: the entry is no receipt, or older than this store. */
  record Absent() implements EvidenceLookup {}
}

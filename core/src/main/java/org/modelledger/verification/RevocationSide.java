package org.modelledger.verification;

import java.time.Instant;
import java.util.Objects;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerPosition;

/**
 * On which side of its version's revocation an entry of a receipt log falls, as far as evidence shows.
 *
 * <p>An anchor shows what was in a log by then, so it can show that an entry is older than a revocation.
 * Nothing of that kind shows that an entry is younger: a maker may anchor late. What is left is the
 * maker's own word, in a mark or by a clock; it is told as that.
 */
public sealed interface RevocationSide {
  /** Returns what was found, in a sentence for a person. */
  String explanation();

  /** The registry has no revocation of the version. */
  record NotRevoked() implements RevocationSide {
    @Override
    public String explanation() {
      return "the version is not revoked";
    }
  }

  /**
   * It was in the log before the revocation: an earlier anchor covers it.
   *
   * @param revocation the registry's event
   * @param anchor the earlier event whose root covers the entry
   * @param treeSize how many entries it covers
   */
  record Before(EventHeader revocation, LedgerPosition anchor, long treeSize)
      implements
        RevocationSide {
    public Before {
      Objects.requireNonNull(revocation, "revocation");
      Objects.requireNonNull(anchor, "anchor");
    }

    @Override
    public String explanation() {
      return "before the revocation at " + revocation.position() + ", by the anchor of " + treeSize
          + " entries at " + anchor;
    }
  }

  /**
   * It was made after the revocation, and its maker knew: it has the mark {@link
   * org.modelledger.receipt.WarningMarks#REVOKED}.
   *
   * @param revocation the registry's event
   */
  record AfterByMark(EventHeader revocation) implements RevocationSide {
    public AfterByMark {
      Objects.requireNonNull(revocation, "revocation");
    }

    @Override
    public String explanation() {
      return "after the revocation at " + revocation.position() + ", by the maker's own mark";
    }
  }

  /**
   * No anchor and no mark shows it. There is only the maker's clock, beside that of the ledger.
   *
   * @param revocation the registry's event
   * @param claimed when the entry says that it was made
   */
  record Claimed(EventHeader revocation, Instant claimed) implements RevocationSide {
    public Claimed {
      Objects.requireNonNull(revocation, "revocation");
      Objects.requireNonNull(claimed, "claimed");
    }

    /** Says whether the claim is a time before that of the revocation. */
    public boolean claimsBefore() {
      return claimed.isBefore(revocation.time());
    }

    @Override
    public String explanation() {
      return claimsBefore()
          ? "claimed before the revocation at " + revocation.position() + ", on " + claimed
              + "; no anchor shows it"
          : "after the revocation at " + revocation.position() + ", by the maker's clock on "
              + claimed + "; no anchor shows anything else";
    }
  }

  /**
   * It cannot be said.
   *
   * @param explanation what is missing
   */
  record Unknown(String explanation) implements RevocationSide {
    public Unknown {
      Objects.requireNonNull(explanation, "explanation");
    }
  }
}

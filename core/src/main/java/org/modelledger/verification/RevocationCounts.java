package org.modelledger.verification;

/**
 * How the inferences of a revoked version fall on the sides of its revocation.
 *
 * @param before how many are in the log before it, by an anchor
 * @param marked how many say by a mark that they came after it
 * @param claimedBefore how many have a time before that of the revocation, and nothing shows it
 * @param claimedAfter how many have a time that is not before it
 * @param unknown how many cannot be judged
 * @see RevocationSide
 */
public record RevocationCounts(long before, long marked, long claimedBefore, long claimedAfter,
    long unknown) {
  static final RevocationCounts NONE = new RevocationCounts(0, 0, 0, 0, 0);

  RevocationCounts with(RevocationSide side, long count) {
    return switch (side) {
      case RevocationSide.NotRevoked() -> this;
      case RevocationSide.Before unused -> new RevocationCounts(before + count, marked,
          claimedBefore, claimedAfter, unknown);
      case RevocationSide.AfterByMark unused -> new RevocationCounts(before, marked + count,
          claimedBefore, claimedAfter, unknown);
      case RevocationSide.Claimed claimed when claimed.claimsBefore() -> new RevocationCounts(
          before, marked, claimedBefore + count, claimedAfter, unknown);
      case RevocationSide.Claimed unused -> new RevocationCounts(before, marked, claimedBefore,
          claimedAfter + count, unknown);
      case RevocationSide.Unknown unused -> new RevocationCounts(before, marked, claimedBefore,
          claimedAfter, unknown + count);
    };
  }

  /** Returns one line for a person to read. */
  @Override
  public String toString() {
    return before + " before the revocation, by an anchor; " + marked
        + " after it, by the maker's mark; " + claimedBefore + " claimed before it; "
        + claimedAfter + " after it, by the maker's clock; " + unknown + " unknown";
  }
}

package org.modelledger.receipt;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.modelledger.registry.LedgerPosition;

/**
 * How a receipt says that its model ran although something stood against it, because its user chose to be
 * warned only: by attributes of these names. A name stands in the log for everyone, so that nobody takes
 * such a receipt for one that nothing was known against. It is the maker's own word, and against the
 * maker's interest; that there is no mark proves nothing.
 *
 * <p>They count among the {@link Receipt#MAX_ATTRIBUTES} attributes of a receipt.
 */
public final class WarningMarks {
  /** What the names begin with. */
  public static final String PREFIX = "warned:";
  /** The maker knew that the version was revoked. The value is the revocation's place in the ledger. */
  public static final String REVOKED = PREFIX + "revoked";
  /** The maker could not see the registry. The value is the time since when, in ISO 8601. */
  public static final String REGISTRY_UNSEEN = PREFIX + "registry-unseen";

  private WarningMarks() {}

  /**
   * Returns attributes with marks.
   *
   * @param attributes of the caller, without marks
   * @param revoked where the revocation stands in the ledger
   * @param unseen since when the registry was not seen
   */
  public static Map<String, String> with(Map<String, String> attributes,
      Optional<LedgerPosition> revoked, Optional<Instant> unseen) {
    TreeMap<String, String> all = new TreeMap<>(attributes);
    revoked.ifPresent(position -> all.put(REVOKED, position.toString()));
    unseen.ifPresent(since -> all.put(REGISTRY_UNSEEN, since.toString()));
    return Collections.unmodifiableMap(all);
  }

  /** Returns the marks of a receipt. */
  public static SortedSet<String> of(Receipt receipt) {
    TreeSet<String> marks = new TreeSet<>(receipt.attributes().keySet());
    marks.removeIf(name -> !name.startsWith(PREFIX));
    return Collections.unmodifiableSortedSet(marks);
  }
}

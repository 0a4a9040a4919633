package org.modelledger.chain.support;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.modelledger.registry.SubmissionId;

/**
 * New ids, each one after the one before it: in whatever is sorted by them, or keeps marks of many in
 * one word, the ids of one client are neighbours. The first of 256, which differ in their last byte, is
 * random.
 *
 * <p>Safe for use by several threads.
 */
public final class SubmissionIds {
  private static final long LAST_BYTE = 0xff;

  private final AtomicReference<UUID> last = new AtomicReference<>(new UUID(0, LAST_BYTE));

  /** Makes one whose first id is random. */
  public SubmissionIds() {}

  /** Returns an id that nobody else has. */
  public SubmissionId next() {
    return new SubmissionId(last.updateAndGet(SubmissionIds::after));
  }

  private static UUID after(UUID id) {
    if ((id.getLeastSignificantBits() & LAST_BYTE) != LAST_BYTE) {
      return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() + 1);
    }
    UUID random = UUID.randomUUID();
    return new UUID(random.getMostSignificantBits(), random.getLeastSignificantBits() & ~LAST_BYTE);
  }
}

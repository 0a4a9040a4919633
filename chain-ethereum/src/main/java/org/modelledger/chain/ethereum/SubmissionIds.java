package org.modelledger.chain.ethereum;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.modelledger.registry.SubmissionId;

/**
 * New ids, each one after the one before it: the contract keeps the marks of 256 ids in a word, and
 * ids that follow one another share it. The first of 256 is random.
 */
final class SubmissionIds {
  static final long LAST_BYTE = 0xff;

  private final AtomicReference<UUID> last = new AtomicReference<>(new UUID(0, LAST_BYTE));

  SubmissionId next() {
    return new SubmissionId(last.updateAndGet(SubmissionIds::after));
  }

  private static UUID after(UUID id) {
    if ((id.getLeastSignificantBits() & LAST_BYTE) != LAST_BYTE) {
      return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() + 1);
    }
    UUID random = UUID.randomUUID();
    return new UUID(random.getMostSignificantBits(), random.getLeastSignificantBits() & ~LAST_BYTE);
  }

  /** Whether the contract keeps the marks of both in one word. */
  static boolean shareAWord(SubmissionId one, SubmissionId other) {
    return one.value().getMostSignificantBits() == other.value().getMostSignificantBits()
        && (one.value().getLeastSignificantBits() | LAST_BYTE) == (other.value()
            .getLeastSignificantBits() | LAST_BYTE);
  }
}

package org.modelledger.receipt;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Receipts and gaps that have become durable together.
 *
 * @param receipts how many receipts, from 0
 * @param gaps the gaps among them; each stands for one inference or more
 * @param oldest the receipt that waited longest, empty if there are only gaps
 * @param waited how long that one waited, from the end of its inference until now; zero if there are
 *     only gaps or the clock went back
 * @param nanos how long committing, encrypting and writing all of it took, in nanoseconds; done just now
 * @param evidenceSyncNanos how much of that was syncing the evidence
 * @param logNanos how much of that was the log: appending, and waiting until it was durable
 */
public record RecordedBatch(int receipts, List<Gap> gaps, Optional<LoggedReceipt> oldest,
    Duration waited, long nanos, long evidenceSyncNanos, long logNanos) {

  /** Copies the list. */
  public RecordedBatch {
    gaps = List.copyOf(gaps);
    Objects.requireNonNull(oldest, "oldest");
    Objects.requireNonNull(waited, "waited");
  }
}

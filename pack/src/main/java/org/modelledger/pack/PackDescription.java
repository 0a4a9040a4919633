package org.modelledger.pack;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.model.AccountId;

/**
 * What a pack says of itself: its pack.json.
 *
 * @param ledger the id of the registry
 * @param account in whose name the receipt log is anchored; empty if the ledger was open for reading only
 * @param created when the pack was made
 * @param origin the name of the receipt log
 * @param logSize how many entries the log had, in the checkpoint that the pack proves by
 * @param receipts which receipts it is about, in order, without overlaps; at least one
 * @param wholeLog whether it has the whole log instead of a proof for each receipt
 * @param embedded whether it has the registry's own log instead of a list of its events
 * @param disclosure how much of the evidence it has
 * @param versions what ran, as far as the registry has it
 */
public record PackDescription(String ledger, Optional<AccountId> account, Instant created,
    String origin, long logSize, List<IndexRange> receipts, boolean wholeLog, boolean embedded,
    Disclosure disclosure, List<PackedVersion> versions) {
  /** @throws IllegalArgumentException if there is no receipt, or they overlap or lie beyond the log */
  public PackDescription {
    Objects.requireNonNull(ledger, "ledger");
    Objects.requireNonNull(account, "account");
    Objects.requireNonNull(created, "created");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(disclosure, "disclosure");
    receipts = List.copyOf(receipts);
    versions = List.copyOf(versions);
    long end = 0;
    for (IndexRange range : receipts) {
      if (range.from() < end || range.to() > logSize) {
        throw new IllegalArgumentException("receipts " + range + " overlap with others, or are not"
            + " among the " + logSize + " of the log");
      }
      end = range.to();
    }
    if (receipts.isEmpty()) {
      throw new IllegalArgumentException("a pack is about at least one receipt");
    }
  }

  /** Returns how many receipts it is about. */
  public long count() {
    return receipts.stream().mapToLong(IndexRange::count).sum();
  }

  boolean contains(long index) {
    return receipts.stream().anyMatch(range -> range.contains(index));
  }
}

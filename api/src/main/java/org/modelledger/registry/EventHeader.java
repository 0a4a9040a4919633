package org.modelledger.registry;

import java.time.Instant;
import java.util.Objects;
import org.modelledger.model.AccountId;

/**
 * Where and when an event happened and who did it.
 *
 * @param position its place in the ledger's one order
 * @param transactionId the ledger's own name for the transaction, to look it up with its own tools
 * @param time when the ledger says it happened; never runs backwards along positions
 * @param author whose command it was
 */
public record EventHeader(LedgerPosition position, String transactionId, Instant time,
    AccountId author) {
  public EventHeader {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(transactionId, "transactionId");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(author, "author");
  }
}

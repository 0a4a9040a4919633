package org.modelledger.registry;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;

/**
 * A registered version as the ledger has it.
 *
 * @param id model and number
 * @param artifact the OMS root digest of its files
 * @param statement the digest of its signed lineage statement
 * @param author who registered it
 * @param registeredAt the ledger's time of its registration
 * @param position the event that registered it
 * @param revocation the digest of the reason if it was revoked
 */
public record ModelVersion(ModelVersionId id, Digest artifact, Digest statement, AccountId author,
    Instant registeredAt, LedgerPosition position, Optional<Digest> revocation) {
  public ModelVersion {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(artifact, "artifact");
    Objects.requireNonNull(statement, "statement");
    Objects.requireNonNull(author, "author");
    Objects.requireNonNull(registeredAt, "registeredAt");
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(revocation, "revocation");
  }

  public boolean isRevoked() {
    return revocation.isPresent();
  }
}

package org.modelledger.lineage;

import java.time.Instant;
import java.util.Objects;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.ModelVersion;

/**
 * An account agrees that a version may be put into an environment: docs/formats/approval-statement.md.
 * The signature is by a key; that the key is the account's is for a deploy policy to say.
 *
 * @param ledger the id of the ledger on which it may
 * @param version which one
 * @param artifact the digest that it has there
 * @param statement the digest of its lineage statement there
 * @param environment where it may be put
 * @param approver in whose name this is said
 * @param comment why, or on what condition; may be empty
 * @param time when it was said
 */
public record ApprovalStatement(String ledger, ModelVersionId version, Digest artifact,
    Digest statement, EnvironmentName environment, AccountId approver, String comment,
    Instant time) implements Statement {
  public ApprovalStatement {
    Objects.requireNonNull(ledger, "ledger");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(artifact, "artifact");
    Objects.requireNonNull(statement, "statement");
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(approver, "approver");
    Objects.requireNonNull(comment, "comment");
    Objects.requireNonNull(time, "time");
  }

  /** Says whether it is about this very version: number, files and statement, on this ledger. */
  public boolean isAbout(String ledgerId, ModelVersion other) {
    return ledger.equals(ledgerId) && version.equals(other.id())
        && artifact.equals(other.artifact()) && statement.equals(other.statement());
  }
}

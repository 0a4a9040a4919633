package org.modelledger.lineage;

import java.util.Objects;
import org.modelledger.model.Digest;

/**
 * A statement that was signed and kept.
 *
 * @param digest the SHA-256 of its envelope as it is stored, by which others refer to it
 * @param statement what it says
 */
public record Attestation(Digest digest, Statement statement) {
  public Attestation {
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(statement, "statement");
  }
}

package org.modelledger.pack;

import java.util.Objects;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;

/**
 * A version that receipts of a pack are about.
 *
 * @param id model and number
 * @param artifact the OMS root digest of its files
 * @param statement the digest of its lineage statement
 * @param hasFiles whether the files are in the pack
 */
public record PackedVersion(ModelVersionId id, Digest artifact, Digest statement,
    boolean hasFiles) {
  public PackedVersion {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(artifact, "artifact");
    Objects.requireNonNull(statement, "statement");
  }
}

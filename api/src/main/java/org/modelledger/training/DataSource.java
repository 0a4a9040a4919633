package org.modelledger.training;

import java.util.Objects;
import org.modelledger.model.Digest;

/**
 * Where data came from, for the lineage.
 *
 * @param name such as a file name or a URI, without credentials
 * @param digest of its bytes; for tensors, of their canonical bytes
 */
public record DataSource(String name, Digest digest) {
  public DataSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(digest, "digest");
  }
}

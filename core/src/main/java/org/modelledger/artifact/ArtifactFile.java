package org.modelledger.artifact;

import java.util.Objects;
import org.modelledger.model.Digest;
import org.modelledger.model.FileNames;

/**
 * One file of an artifact.
 *
 * @param name relative, in the grammar of {@link FileNames}
 * @param digest the SHA-256 of its content
 */
public record ArtifactFile(String name, Digest digest) {
  /** @throws org.modelledger.model.InvalidNameException if the name is not a relative file name */
  public ArtifactFile {
    FileNames.check(name);
    Objects.requireNonNull(digest, "digest");
  }
}

package org.modelledger.signing;

import java.util.List;
import java.util.Objects;
import org.modelledger.artifact.ArtifactManifest;

/**
 * What a verified signature says. Only the files in {@link #manifest} are vouched for: what lies
 * under an ignored path is not.
 *
 * @param name what the signer called the model; informative
 * @param manifest the names and digests of the files; its digest is the artifact's
 * @param ignoredPaths relative paths that the signer left out, with all below them
 * @param followsLinks whether the signer let symbolic links stand for files
 */
public record SignedModel(String name, ArtifactManifest manifest, List<String> ignoredPaths,
    boolean followsLinks) {
  /** Copies the paths. */
  public SignedModel {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(manifest, "manifest");
    ignoredPaths = List.copyOf(ignoredPaths);
  }
}

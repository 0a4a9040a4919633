package org.modelledger.artifact;

import java.nio.file.Path;
import org.modelledger.model.Digest;

/** The store has nothing under this digest. */
public final class ArtifactNotFoundException extends ArtifactException {
  private static final long serialVersionUID = 1L;

  ArtifactNotFoundException(String kind, Digest digest, Path root) {
    super("no " + kind + " " + digest + " in the artifact store " + root);
  }
}

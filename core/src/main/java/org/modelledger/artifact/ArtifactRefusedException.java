package org.modelledger.artifact;

import org.jspecify.annotations.Nullable;

/**
 * What was given cannot be an artifact: a symbolic link, a pipe, a name that is a file and a
 * directory at once, no files at all, or contents that are already known under other names. The
 * message names the file.
 */
public final class ArtifactRefusedException extends ArtifactException {
  private static final long serialVersionUID = 1L;

  ArtifactRefusedException(String message) {
    super(message);
  }

  ArtifactRefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package org.modelledger.artifact;

import java.nio.file.Path;
import org.modelledger.model.StorageException;

/** There was no space left to write to. Nothing of the write is visible; the same call may work later. */
public final class DiskFullException extends StorageException {
  private static final long serialVersionUID = 1L;

  DiskFullException(String action, Path path, Throwable cause) {
    super("cannot " + action + " " + path + ": the disk is full or a quota is used up", cause);
  }

  @Override
  public boolean isRetryable() {
    return true;
  }
}

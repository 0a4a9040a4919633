package org.modelledger.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A local file or directory could not be read or written: no permission, no space, no such device.
 * Names the path. Nothing half-written is visible afterwards.
 */
public class StorageException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  /** @param action what was being done, such as {@code "write"} or {@code "create directory"} */
  public StorageException(String action, Path path, Throwable cause) {
    super("cannot " + action + " " + path + ": " + describe(cause), cause);
  }

  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  private static String describe(Throwable cause) {
    String message = cause.getMessage();
    String kind = cause.getClass().getSimpleName();
    return message == null ? kind : kind + ": " + message;
  }
}

package org.modelledger.encryption;

import java.io.IOException;
import java.nio.file.Path;
import java.security.UnrecoverableKeyException;
import org.modelledger.model.ModelLedgerException;

/**
 * A key-encryption key is gone or cannot be reached, so that what is encrypted under it cannot be read.
 * Nothing is wrong with the file. Names the key's URI and the file.
 */
public final class KeyUnavailableException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String file;

  /**
   * Says which key and which file.
   *
   * @param cause an {@link IOException} if it may work later
   */
  public KeyUnavailableException(String key, Path file, Exception cause) {
    super("the key " + key + ", which encrypts the key of " + file + ", " + what(cause) + ": "
        + cause.getMessage(), cause);
    this.key = key;
    this.file = file.toString();
  }

  private static String what(Exception cause) {
    if (cause instanceof IOException) {
      return "cannot be reached";
    }
    return cause instanceof UnrecoverableKeyException ? "is not there" : "cannot be used";
  }

  /** Returns the URI of the key. */
  public String key() {
    return key;
  }

  /** Returns the path of the file that needs it. */
  public String file() {
    return file;
  }

  /** Says whether the key could not be reached, rather than being gone. */
  @Override
  public boolean isRetryable() {
    return getCause() instanceof IOException;
  }
}

package org.modelledger;

import java.nio.file.Path;
import java.util.Objects;
import org.modelledger.tlog.NoteVerifier;

/**
 * A transparency log that anybody may read, with the key to check it by.
 *
 * @param directory of the log; all in it but what begins with a dot may be served to anyone
 * @param key the log's public key
 */
public record PublicLog(Path directory, NoteVerifier key) {
  public PublicLog {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(key, "key");
  }
}

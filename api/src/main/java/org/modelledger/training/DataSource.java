package org.modelledger.training;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Objects;
import org.modelledger.model.Digest;
import org.modelledger.model.StorageException;

/**
 * Where data came from, for the lineage.
 *
 * @param name such as a file name or a URI, without credentials
 * @param digest of its bytes; for tensors, of their canonical bytes
 */
public record DataSource(String name, Digest digest) {
  private static final int BUFFER = 1 << 16;

  public DataSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(digest, "digest");
  }

  /**
   * Reads a file to its end, and returns it by its name, without the directories, and the digest of its bytes.
   *
   * @throws StorageException if it cannot be read
   */
  public static DataSource of(Path file) {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new StorageException("read", file, e);
    }
    Path name = Objects.requireNonNullElse(file.getFileName(), file);
    return new DataSource(name.toString(), Digest.of(sha256.digest()));
  }
}

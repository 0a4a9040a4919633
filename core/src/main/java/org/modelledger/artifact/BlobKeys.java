package org.modelledger.artifact;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.modelledger.encryption.KeyRotation;
import org.modelledger.internal.envelope.Envelope;
import org.modelledger.internal.envelope.KeyFile;
import org.modelledger.internal.secret.RandomBytes;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ConfigurationException;

/**
 * The data key of a store, wrapped in a file of its own. A store that has one encrypts what is stored in
 * it. Safe for use by several threads.
 */
final class BlobKeys {
  private static final long NUMBER = 1;
  private static final byte[] PURPOSE = "modelledger artifacts 1"
      .getBytes(StandardCharsets.US_ASCII);

  private final Path directory;
  private final Path file;
  private final Optional<Envelope> keys;
  private volatile @Nullable BlobCipher known;

  BlobKeys(Path directory, Optional<Envelope> keys) {
    this.directory = directory;
    this.file = directory.resolve(NUMBER + ".key");
    this.keys = keys;
  }

  boolean exist() {
    return Files.exists(file);
  }

  ModelFormatException missing() {
    return new ModelFormatException("the artifact store " + directory.getParent()
        + " has encrypted files, but the file of their key, " + file + ", is missing");
  }

  /** Makes the key, unless there is one; called by the holder of the store's lock. */
  void create() throws IOException {
    if (!exist()) {
      Files.createDirectories(directory);
      byte[] key = new RandomBytes().next(Envelope.KEY_BYTES);
      new KeyFile(NUMBER, 0, envelope().wrap(file, key, PURPOSE)).write(file);
    }
  }

  /** @throws ConfigurationException if the store was opened without keys */
  BlobCipher cipher() throws IOException {
    BlobCipher cipher = known;
    if (cipher == null) {
      try {
        cipher = new BlobCipher(NUMBER, Envelope.requireDataKey(
            envelope().unwrap(file, KeyFile.read(file).wrapped(), PURPOSE)));
      } catch (GeneralSecurityException e) {
        throw damaged(e);
      }
      known = cipher;
    }
    return cipher;
  }

  /** Wraps the key by the current key-encryption key; called by the holder of the store's lock. */
  KeyRotation rewrap() throws IOException {
    String current = envelope().currentKey();
    try {
      KeyFile old = KeyFile.read(file);
      new KeyFile(NUMBER, 0, envelope().rewrap(file, old.wrapped(), PURPOSE)).write(file);
      return new KeyRotation(current, 1, new TreeSet<>(Set.of(current)));
    } catch (NoSuchFileException e) {
      return new KeyRotation(current, 0, new TreeSet<>());
    } catch (GeneralSecurityException e) {
      throw damaged(e);
    }
  }

  private ModelFormatException damaged(GeneralSecurityException cause) {
    return new ModelFormatException("the key in " + file + " does not decrypt; it was changed",
        cause);
  }

  private Envelope envelope() {
    return keys.orElseThrow(() -> new ConfigurationException("the artifact store "
        + directory.getParent() + " is encrypted; open it with the keys that wrapped its key"));
  }
}

package org.modelledger;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.UnrecoverableKeyException;
import java.util.Objects;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.encryption.LocalKeys;

/**
 * The keys that a ledger was given, and for what was wrapped before it was given any, those in files of
 * its home.
 */
final class HomeKeys implements KeyManagement {
  private final KeyManagement given;
  private final Path first;

  /** @param first the file of the first key in the home, which need not be there */
  HomeKeys(KeyManagement given, Path first) {
    this.given = Objects.requireNonNull(given, "given");
    this.first = first;
  }

  @Override
  public String currentKey() {
    return given.currentKey();
  }

  @Override
  public byte[] wrap(String key, byte[] dataKey, byte[] context)
      throws GeneralSecurityException, IOException {
    return given.wrap(key, dataKey, context);
  }

  @Override
  public byte[] unwrap(String key, byte[] wrapped, byte[] context)
      throws GeneralSecurityException, IOException {
    return isInHome(key)
        ? local().unwrap(key, wrapped, context)
        : given.unwrap(key, wrapped, context);
  }

  private boolean isInHome(String key) {
    boolean isGiven = given instanceof LocalKeys elsewhere && elsewhere.has(key);
    return key.startsWith(LocalKeys.SCHEME) && !isGiven;
  }

  private LocalKeys local() throws UnrecoverableKeyException {
    if (!LocalKeys.exist(first)) {
      throw new UnrecoverableKeyException("there is no file " + first);
    }
    return LocalKeys.readOrCreate(first);
  }

  @Override
  public String rotate() throws IOException {
    return given.rotate();
  }
}

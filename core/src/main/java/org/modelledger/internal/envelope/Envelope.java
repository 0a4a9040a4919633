package org.modelledger.internal.envelope;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.UnrecoverableKeyException;
import java.util.Arrays;
import java.util.Objects;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.encryption.KeyUnavailableException;

/**
 * Wraps and unwraps data keys by the keys of a key management, and tells keys that are gone from bytes
 * that are wrong.
 */
public final class Envelope {
  /** The length of a data key. */
  public static final int KEY_BYTES = 32;

  private final KeyManagement keys;

  public Envelope(KeyManagement keys) {
    this.keys = Objects.requireNonNull(keys, "keys");
  }

  /** Returns the URI of the key that wraps from now on. */
  public String currentKey() {
    return keys.currentKey();
  }

  /**
   * Wraps a data key by the current key.
   *
   * @param file where it is going to lie, for messages
   * @throws KeyUnavailableException if the key is gone or cannot be reached, or does not encrypt
   */
  public WrappedKey wrap(Path file, byte[] dataKey, byte[] context) {
    String key = keys.currentKey();
    try {
      return new WrappedKey(key, keys.wrap(key, dataKey, context));
    } catch (IOException | GeneralSecurityException e) {
      throw new KeyUnavailableException(key, file, e);
    }
  }

  /**
   * Unwraps a data key.
   *
   * @param file where it lies, for messages
   * @throws KeyUnavailableException if the key is gone or cannot be reached
   * @throws GeneralSecurityException if the bytes are not what this key made for this context
   */
  public byte[] unwrap(Path file, WrappedKey wrapped, byte[] context)
      throws GeneralSecurityException {
    try {
      return keys.unwrap(wrapped.key(), wrapped.bytes(), context);
    } catch (IOException | UnrecoverableKeyException e) {
      throw new KeyUnavailableException(wrapped.key(), file, e);
    }
  }

  /** Unwraps a data key of 32 bytes and wraps it by the current key. */
  public WrappedKey rewrap(Path file, WrappedKey wrapped, byte[] context)
      throws GeneralSecurityException {
    byte[] dataKey = requireDataKey(unwrap(file, wrapped, context));
    try {
      return wrap(file, dataKey, context);
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  /** Refuses what has not the length of a data key. */
  public static byte[] requireDataKey(byte[] key) throws GeneralSecurityException {
    if (key.length != KEY_BYTES) {
      throw new GeneralSecurityException("a data key has 32 bytes, not " + key.length);
    }
    return key;
  }
}

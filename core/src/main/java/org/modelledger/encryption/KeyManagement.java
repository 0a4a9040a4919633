package org.modelledger.encryption;

import java.io.IOException;
import java.security.GeneralSecurityException;

/**
 * Keeps keys that encrypt keys. A data key, which encrypts evidence or the files of models, is handed to
 * it to be wrapped, and lies on the disk in that form beside the URI of the key that wrapped it.
 *
 * <p>An adapter to a key management system is a few lines: {@code wrap} is its call "encrypt", {@code
 * unwrap} its call "decrypt", the context their associated data, and the URI the resource name of the
 * key. Both are asked once for each file of evidence, 256 MiB of records, and once for a store of
 * artifacts, not once for a record.
 *
 * <p>Implementations are safe for use by several threads, and may block. They are not closed by whom
 * they are given to. A URI is never used again for another key; those that begin with {@code local:} are
 * {@link LocalKeys}' own.
 */
public interface KeyManagement {
  /** Returns the URI of the key that data keys are wrapped with from now on; does no I/O. */
  String currentKey();

  /**
   * Encrypts a data key.
   *
   * @param key a URI that {@link #currentKey()} returned
   * @param dataKey 32 bytes; not retained
   * @param context has to be given again for unwrapping; not secret, at most 64 bytes
   * @return at most 4096 bytes
   * @throws GeneralSecurityException if the key does not encrypt
   * @throws IOException if the key cannot be reached: it may work later
   */
  byte[] wrap(String key, byte[] dataKey, byte[] context)
      throws GeneralSecurityException, IOException;

  /**
   * Decrypts a data key.
   *
   * @param key the URI that it was wrapped with
   * @throws java.security.UnrecoverableKeyException if there is no such key, or no more; the message
   *     says where it was looked for
   * @throws GeneralSecurityException if these bytes were not made with this key and this context
   * @throws IOException if the key cannot be reached: it may work later
   */
  byte[] unwrap(String key, byte[] wrapped, byte[] context)
      throws GeneralSecurityException, IOException;

  /**
   * Begins a new key, durably, and makes it the current one; earlier ones still unwrap. A system that
   * rotates keys on its own, behind one URI, leaves this as it is.
   *
   * @return the URI of the current key
   * @throws IOException if the key cannot be made; the current one is the one before
   */
  default String rotate() throws IOException {
    return currentKey();
  }
}

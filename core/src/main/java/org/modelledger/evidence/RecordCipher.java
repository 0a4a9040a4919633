package org.modelledger.evidence;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import org.modelledger.tlog.Hash;

/**
 * Encrypts each record under a random key of its own, and that key under the store's. Both are bound
 * to the receipt's index and leaf hash, so that no record can pass for another one's.
 */
final class RecordCipher {
  private static final int KEY_BYTES = 32;
  private static final byte[] KEY_PURPOSE = "modelledger evidence key 1"
      .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BODY_PURPOSE = "modelledger evidence body 1"
      .getBytes(StandardCharsets.US_ASCII);

  /** What is written: the record's key, encrypted, and the record, encrypted with it. */
  static final class Sealed {
    final byte[] wrappedKey;
    final byte[] body;

    Sealed(byte[] wrappedKey, byte[] body) {
      this.wrappedKey = wrappedKey;
      this.body = body;
    }
  }

  private final Aead master;
  private final SecureRandom random;

  RecordCipher(Aead master, SecureRandom random) {
    this.master = master;
    this.random = random;
  }

  Sealed seal(long index, Hash leaf, byte[] plain) throws GeneralSecurityException {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    byte[] wrapped = master.encrypt(key, context(KEY_PURPOSE, index, leaf));
    return new Sealed(wrapped, aead(key).encrypt(plain, context(BODY_PURPOSE, index, leaf)));
  }

  byte[] open(long index, Hash leaf, byte[] wrappedKey, byte[] body)
      throws GeneralSecurityException {
    byte[] key = master.decrypt(wrappedKey, context(KEY_PURPOSE, index, leaf));
    return aead(key).decrypt(body, context(BODY_PURPOSE, index, leaf));
  }

  private static Aead aead(byte[] key) throws GeneralSecurityException {
    return new AesGcmJce(key);
  }

  private static byte[] context(byte[] purpose, long index, Hash leaf) {
    return ByteBuffer.allocate(purpose.length + Long.BYTES + Hash.BYTES)
        .put(purpose)
        .putLong(index)
        .put(leaf.toByteArray())
        .array();
  }
}

package org.modelledger.evidence;

import com.google.crypto.tink.subtle.AesGcmJce;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.internal.envelope.Envelope;
import org.modelledger.internal.envelope.WrappedKey;
import org.modelledger.internal.secret.RandomBytes;
import org.modelledger.tlog.Hash;

/**
 * Encrypts each record under a random key of its own, and that key under its file's. Both are bound to
 * the receipt's index and leaf hash, so that no record can pass for another one's. Keeps its cipher, so it
 * belongs to one thread.
 */
final class RecordSealer {
  static final String ALGORITHM = "AES";
  /** The length of a wrapped key: nonce, key and tag. */
  static final int WRAPPED_BYTES = 60;
  static final int TAG_BYTES = 16;

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final byte[] KEY_PURPOSE = "modelledger evidence key 2"
      .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BODY_PURPOSE = "modelledger evidence body 2"
      .getBytes(StandardCharsets.US_ASCII);
  /** A record's key encrypts one message in its life, so it never meets its nonce again. */
  private static final byte[] ONLY_NONCE = new byte[NONCE_BYTES];

  private final RandomBytes random;
  private final Cipher cipher;
  private final byte[] recordKey = new byte[KEY_BYTES];
  private final byte[] nonce = new byte[NONCE_BYTES];

  RecordSealer(RandomBytes random) {
    this.random = random;
    this.cipher = cipher();
  }

  private static Cipher cipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM (Cipher javadoc)", e);
    }
  }

  /**
   * Writes the wrapped key and, behind the tags of subjects, the body.
   *
   * @param tags of subjects, which the body is bound to
   * @param out has room for {@link #WRAPPED_BYTES}, the tags, the plain bytes and {@link #TAG_BYTES}
   */
  void seal(SegmentKey segment, long index, Hash leaf, byte[] tags, byte[] plain, int length,
      byte[] out, int at) throws GeneralSecurityException {
    random.next(recordKey, 0, KEY_BYTES);
    // NIST SP 800-38D §8.2.2: random nonces of 96 bits, for far fewer than 2^32 records of a file
    random.next(nonce, 0, NONCE_BYTES);
    System.arraycopy(nonce, 0, out, at, NONCE_BYTES);
    run(cipher, Cipher.ENCRYPT_MODE, segment.key(), nonce, context(KEY_PURPOSE, index, leaf),
        recordKey, KEY_BYTES, out, at + NONCE_BYTES);
    System.arraycopy(tags, 0, out, at + WRAPPED_BYTES, tags.length);
    run(cipher, Cipher.ENCRYPT_MODE, new SecretKeySpec(recordKey, ALGORITHM), ONLY_NONCE,
        bodyContext(index, leaf, tags, 0, tags.length), plain, length, out,
        at + WRAPPED_BYTES + tags.length);
    Arrays.fill(recordKey, (byte) 0);
  }

  /**
   * Decrypts a record of version 2 or 3.
   *
   * @param front the wrapped key and the tags of subjects
   */
  static byte[] open(SegmentKey segment, long index, Hash leaf, byte[] front, byte[] body)
      throws GeneralSecurityException {
    int tagBytes = front.length - WRAPPED_BYTES;
    if (tagBytes < 0 || tagBytes % SubjectKey.TAG_BYTES != 0) {
      throw new GeneralSecurityException(
          "a wrapped key has 60 bytes, and each subject 32 more, not "
              + front.length + " in all");
    }
    Cipher cipher = cipher();
    cipher.init(Cipher.DECRYPT_MODE, segment.key(),
        new GCMParameterSpec(8 * TAG_BYTES, front, 0, NONCE_BYTES));
    cipher.updateAAD(context(KEY_PURPOSE, index, leaf));
    byte[] key = cipher.doFinal(front, NONCE_BYTES, WRAPPED_BYTES - NONCE_BYTES);
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, ALGORITHM),
        new GCMParameterSpec(8 * TAG_BYTES, ONLY_NONCE));
    cipher.updateAAD(bodyContext(index, leaf, front, WRAPPED_BYTES, tagBytes));
    return cipher.doFinal(body);
  }

  /** Decrypts a record of version 1, whose key the store's own key has encrypted. */
  static byte[] openVersion1(Envelope keys, Path file, long index, Hash leaf, byte[] wrappedKey,
      byte[] body) throws GeneralSecurityException {
    byte[] key = keys.unwrap(file,
        new WrappedKey(LocalKeys.firstKeyOf(wrappedKey), wrappedKey),
        context(versioned(KEY_PURPOSE), index, leaf));
    return new AesGcmJce(key).decrypt(body, context(versioned(BODY_PURPOSE), index, leaf));
  }

  private static byte[] bodyContext(long index, Hash leaf, byte[] tags, int at, int length) {
    byte[] bare = context(BODY_PURPOSE, index, leaf);
    byte[] whole = Arrays.copyOf(bare, bare.length + length);
    System.arraycopy(tags, at, whole, bare.length, length);
    return whole;
  }

  private static byte[] versioned(byte[] purpose) {
    byte[] older = purpose.clone();
    older[older.length - 1] = '1';
    return older;
  }

  private static void run(Cipher cipher, int mode, Key key, byte[] nonce, byte[] context,
      byte[] in, int length, byte[] out, int at) throws GeneralSecurityException {
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(context);
    int written = cipher.doFinal(in, 0, length, out, at);
    if (written != length + TAG_BYTES) {
      throw new GeneralSecurityException("AES-GCM made " + written + " bytes of " + length);
    }
  }

  private static byte[] context(byte[] purpose, long index, Hash leaf) {
    return ByteBuffer.allocate(purpose.length + Long.BYTES + Hash.BYTES)
        .put(purpose)
        .putLong(index)
        .put(leaf.toByteArray())
        .array();
  }
}

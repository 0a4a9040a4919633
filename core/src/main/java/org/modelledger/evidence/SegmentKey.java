package org.modelledger.evidence;

import com.google.crypto.tink.Aead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.modelledger.internal.secret.RandomBytes;

/**
 * The key that the keys of the records in one file are encrypted with. It stands at the file's beginning,
 * encrypted by the store's key: where that one lives in a key management system, the system is asked
 * once for each file, not for each record.
 */
final class SegmentKey {
  private static final int BYTES = 32;
  private static final byte[] PURPOSE = "modelledger evidence segment 2"
      .getBytes(StandardCharsets.US_ASCII);

  private final long firstIndex;
  private final SecretKey key;
  private final byte[] wrapped;
  private final AtomicLong sealedBytes = new AtomicLong();

  private SegmentKey(long firstIndex, byte[] key, byte[] wrapped) {
    this.firstIndex = firstIndex;
    this.key = new SecretKeySpec(key, RecordSealer.ALGORITHM);
    this.wrapped = wrapped;
  }

  /** Makes the key of a file that begins with this index. */
  static SegmentKey create(Aead store, long firstIndex, RandomBytes random)
      throws GeneralSecurityException {
    byte[] key = random.next(BYTES);
    byte[] wrapped = store.encrypt(key, context(firstIndex));
    if (wrapped.length > Segment.MAX_WRAPPED_BYTES) {
      throw new GeneralSecurityException("the store's key makes " + wrapped.length
          + " bytes of a key of 32; at most " + Segment.MAX_WRAPPED_BYTES + " fit");
    }
    return new SegmentKey(firstIndex, key, wrapped);
  }

  /** Decrypts the key of a file. */
  static SegmentKey open(Aead store, long firstIndex, byte[] wrapped)
      throws GeneralSecurityException {
    byte[] key = store.decrypt(wrapped, context(firstIndex));
    if (key.length != BYTES) {
      throw new GeneralSecurityException("a segment's key has 32 bytes, not " + key.length);
    }
    return new SegmentKey(firstIndex, key, wrapped);
  }

  private static byte[] context(long firstIndex) {
    return ByteBuffer.allocate(PURPOSE.length + Long.BYTES)
        .put(PURPOSE)
        .putLong(firstIndex)
        .array();
  }

  long firstIndex() {
    return firstIndex;
  }

  SecretKey key() {
    return key;
  }

  byte[] wrapped() {
    return wrapped;
  }

  /** Notes what was encrypted for the file. */
  void sealed(long bytes) {
    sealedBytes.addAndGet(bytes);
  }

  long sealedBytes() {
    return sealedBytes.get();
  }
}

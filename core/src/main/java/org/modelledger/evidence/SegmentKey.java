package org.modelledger.evidence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.modelledger.internal.envelope.Envelope;
import org.modelledger.internal.envelope.WrappedKey;
import org.modelledger.internal.secret.RandomBytes;

/**
 * The key that the keys of the records in one file are encrypted with. It lies beside the file, encrypted
 * by a key-encryption key: where that one lives in a key management system, the system is asked once for
 * each file, not for each record.
 */
final class SegmentKey {
  private static final byte[] PURPOSE = "modelledger evidence segment 2"
      .getBytes(StandardCharsets.US_ASCII);

  private final long firstIndex;
  private final SecretKey key;
  private final WrappedKey wrapped;
  private final AtomicLong sealedBytes = new AtomicLong();

  private SegmentKey(long firstIndex, byte[] key, WrappedKey wrapped) {
    this.firstIndex = firstIndex;
    this.key = new SecretKeySpec(key, RecordSealer.ALGORITHM);
    this.wrapped = wrapped;
  }

  /** Makes the key of a file in this directory that begins with this index. */
  static SegmentKey create(Envelope keys, Path directory, long firstIndex, RandomBytes random) {
    byte[] key = random.next(Envelope.KEY_BYTES);
    return new SegmentKey(firstIndex, key, keys.wrap(directory, key, context(firstIndex)));
  }

  /** Decrypts the key of a file. */
  static SegmentKey open(Envelope keys, Path file, long firstIndex, WrappedKey wrapped)
      throws GeneralSecurityException {
    byte[] key = Envelope.requireDataKey(keys.unwrap(file, wrapped, context(firstIndex)));
    return new SegmentKey(firstIndex, key, wrapped);
  }

  /** Returns the same key under the current key-encryption key. */
  static WrappedKey rewrap(Envelope keys, Path file, long firstIndex, WrappedKey wrapped)
      throws GeneralSecurityException {
    return keys.rewrap(file, wrapped, context(firstIndex));
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

  /**
   * Returns it as it goes into its file: under what is the current key by then. The one before is not asked
   * for, since it may be destroyed already.
   */
  WrappedKey wrapped(Envelope keys, Path file) {
    if (wrapped.key().equals(keys.currentKey())) {
      return wrapped;
    }
    byte[] plain = key.getEncoded();
    try {
      return keys.wrap(file, plain, context(firstIndex));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /** Notes what was encrypted for the file. */
  void sealed(long bytes) {
    sealedBytes.addAndGet(bytes);
  }

  long sealedBytes() {
    return sealedBytes.get();
  }
}

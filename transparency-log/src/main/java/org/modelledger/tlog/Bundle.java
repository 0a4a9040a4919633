package org.modelledger.tlog;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A parsed entry bundle: entries with a big-endian 16-bit length before each. */
final class Bundle {

  private final byte[] bytes;
  private final int[] offsets;
  private volatile byte @Nullable [] leafHashes;

  private Bundle(byte[] bytes, int[] offsets) {
    this.bytes = bytes;
    this.offsets = offsets;
  }

  /** Returns the bundle, or empty if the bytes are not at least so many whole entries. */
  static Optional<Bundle> parse(byte[] bytes, int count, boolean exactly) {
    int[] offsets = new int[count + 1];
    int at = 0;
    for (int i = 0; i < count; i++) {
      offsets[i] = at;
      if (bytes.length - at < 2) {
        return Optional.empty();
      }
      int length = ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
      at += 2;
      if (bytes.length - at < length) {
        return Optional.empty();
      }
      at += length;
    }
    offsets[count] = at;
    return exactly && at != bytes.length
        ? Optional.empty()
        : Optional.of(new Bundle(bytes, offsets));
  }

  int count() {
    return offsets.length - 1;
  }

  /** Returns where an entry begins, its length included. */
  int offset(int i) {
    return offsets[i];
  }

  /** Returns how many bytes the entries take with their lengths. */
  int length() {
    return offsets[count()];
  }

  byte[] bytes() {
    return bytes;
  }

  byte[] entry(int i) {
    return Arrays.copyOfRange(bytes, offsets[i] + 2, offsets[i + 1]);
  }

  /** Returns the leaf hashes one after the other; computed once, not to be changed. */
  byte[] leafHashes(TreeHasher hasher) {
    byte[] known = leafHashes;
    if (known != null) {
      return known;
    }
    byte[] hashes = new byte[count() * Hash.BYTES];
    for (int i = 0; i < count(); i++) {
      hasher.leaf(bytes, offsets[i] + 2, offsets[i + 1] - offsets[i] - 2, hashes, i * Hash.BYTES);
    }
    leafHashes = hashes;
    return hashes;
  }
}

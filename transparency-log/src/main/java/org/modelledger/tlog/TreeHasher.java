package org.modelledger.tlog;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** RFC 6962 §2.1 hashing into the caller's arrays. Reuses one digest, so it belongs to one thread. */
final class TreeHasher {

  private static final int BYTES = Hash.BYTES;

  private final MessageDigest sha256;
  private final byte[] node = new byte[1 + 2 * BYTES];

  TreeHasher() {
    sha256 = newSha256();
    node[0] = 1;
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  // RFC 6962 §2.1: the hash of a leaf is SHA-256(0x00 || entry)
  void leaf(byte[] entry, int offset, int length, byte[] out, int outOffset) {
    sha256.update((byte) 0);
    sha256.update(entry, offset, length);
    finish(out, outOffset);
  }

  // RFC 6962 §2.1: the hash of a node is SHA-256(0x01 || left || right)
  void node(byte[] left, int leftOffset, byte[] right, int rightOffset, byte[] out, int outOffset) {
    System.arraycopy(left, leftOffset, node, 1, BYTES);
    System.arraycopy(right, rightOffset, node, 1 + BYTES, BYTES);
    sha256.update(node, 0, node.length);
    finish(out, outOffset);
  }

  /** Puts the node of which these 32 bytes are the right child in their place. */
  void withLeft(Hash left, byte[] hash, int offset) {
    left.copyTo(node, 1);
    System.arraycopy(hash, offset, node, 1 + BYTES, BYTES);
    sha256.update(node, 0, node.length);
    finish(hash, offset);
  }

  /** Puts the node of which these 32 bytes are the left child in their place. */
  void withRight(byte[] hash, int offset, Hash right) {
    System.arraycopy(hash, offset, node, 1, BYTES);
    right.copyTo(node, 1 + BYTES);
    sha256.update(node, 0, node.length);
    finish(hash, offset);
  }

  Hash node(Hash left, Hash right) {
    byte[] hash = right.toByteArray();
    withLeft(left, hash, 0);
    return Hash.at(hash, 0);
  }

  /**
   * Hashes a perfect tree in place: the hash of all ends up in the first 32 bytes, and the others are
   * overwritten.
   *
   * @param width number of hashes, a power of two
   */
  void root(byte[] hashes, int width) {
    for (int nodes = width / 2; nodes > 0; nodes /= 2) {
      for (int i = 0; i < nodes; i++) {
        node(hashes, 2 * i * BYTES, hashes, (2 * i + 1) * BYTES, hashes, i * BYTES);
      }
    }
  }

  private void finish(byte[] out, int outOffset) {
    try {
      sha256.digest(out, outOffset, BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("32 bytes are enough for SHA-256", e);
    }
  }
}

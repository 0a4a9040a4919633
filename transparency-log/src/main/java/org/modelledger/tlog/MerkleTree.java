package org.modelledger.tlog;

/** The hashes of RFC 6962 §2.1: of a leaf, of a node, and of the tree without leaves. */
public final class MerkleTree {

  private static final Hash EMPTY = Hash.of(TreeHasher.newSha256().digest());

  private MerkleTree() {}

  /** Returns {@code SHA-256(0x00 || entry)}. */
  public static Hash leafHash(byte[] entry) {
    byte[] out = new byte[Hash.BYTES];
    new TreeHasher().leaf(entry, 0, entry.length, out, 0);
    return Hash.of(out);
  }

  /** Returns {@code SHA-256(0x01 || left || right)}. */
  public static Hash nodeHash(Hash left, Hash right) {
    return new TreeHasher().node(left, right);
  }

  /** Returns the root of the tree without leaves: the SHA-256 of nothing. */
  public static Hash emptyRoot() {
    return EMPTY;
  }
}

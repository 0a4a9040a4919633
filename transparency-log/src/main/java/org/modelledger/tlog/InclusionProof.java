package org.modelledger.tlog;

import java.util.List;
import java.util.Objects;

/**
 * Shows that a leaf is at an index of a tree (RFC 6962 §2.1.1).
 *
 * @param index of the leaf, from 0
 * @param treeSize number of leaves, more than {@code index}
 * @param path hashes from the leaf's sibling up to the root's child
 */
public record InclusionProof(long index, long treeSize, List<Hash> path) {

  /**
   * @throws IllegalArgumentException if the index is not in the tree
   */
  public InclusionProof {
    path = List.copyOf(path);
    if (index < 0 || index >= treeSize) {
      throw new IllegalArgumentException(
          "index " + index + " is not in a tree of size " + treeSize);
    }
  }

  /**
   * Checks that the leaf is at {@link #index()} of the tree with this root.
   *
   * @param leaf the leaf hash, {@link MerkleTree#leafHash} of the entry
   * @param root taken from a checkpoint of size {@link #treeSize()} that has been verified
   * @throws ProofException if it does not follow
   */
  public void verify(Hash leaf, Hash root) throws ProofException {
    Objects.requireNonNull(root, "root");
    // RFC 9162 §2.1.3.2
    long fn = index;
    long sn = treeSize - 1;
    byte[] hash = Objects.requireNonNull(leaf, "leaf").toByteArray();
    TreeHasher hasher = new TreeHasher();
    for (Hash sibling : path) {
      if (sn == 0) {
        throw new ProofException("inclusion proof for index " + index + " of " + treeSize
            + " is too long: " + path.size() + " hashes");
      }
      if ((fn & 1) == 1 || fn == sn) {
        hasher.withLeft(sibling, hash, 0);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>>= 1;
          sn >>>= 1;
        }
      } else {
        hasher.withRight(hash, 0, sibling);
      }
      fn >>>= 1;
      sn >>>= 1;
    }
    if (sn != 0) {
      throw new ProofException("inclusion proof for index " + index + " of " + treeSize
          + " is too short: " + path.size() + " hashes");
    }
    if (!root.isAt(hash, 0)) {
      throw new ProofException("inclusion proof for index " + index + " of " + treeSize
          + " leads to the root " + Hash.at(hash, 0) + ", wanted " + root);
    }
  }
}

package org.modelledger.tlog;

import java.util.List;
import java.util.Objects;

/**
 * Shows that a tree is a continuation of an older one (RFC 6962 §2.1.2).
 *
 * @param oldSize number of leaves then, from 0
 * @param newSize number of leaves now, not less
 * @param path the proof; empty where {@code oldSize} is 0 or both sizes are the same
 */
public record ConsistencyProof(long oldSize, long newSize, List<Hash> path) {

  /**
   * @throws IllegalArgumentException if the sizes are negative or the wrong way round
   */
  public ConsistencyProof {
    path = List.copyOf(path);
    if (oldSize < 0 || newSize < oldSize) {
      throw new IllegalArgumentException(
          "no tree of size " + newSize + " continues one of size " + oldSize);
    }
  }

  /**
   * Checks that the tree with the new root begins with all of the tree with the old root.
   *
   * @throws ProofException if it does not follow
   */
  public void verify(Hash oldRoot, Hash newRoot) throws ProofException {
    Objects.requireNonNull(oldRoot, "oldRoot");
    Objects.requireNonNull(newRoot, "newRoot");
    if (oldSize == newSize || oldSize == 0) {
      requireEmptyPath();
      Hash wanted = oldSize == newSize ? newRoot : MerkleTree.emptyRoot();
      if (!oldRoot.equals(wanted)) {
        throw failure("the old root is " + oldRoot + ", wanted " + wanted);
      }
      if (newSize == 0 && !newRoot.equals(MerkleTree.emptyRoot())) {
        throw failure("the new root is " + newRoot + ", wanted that of the empty tree");
      }
      return;
    }
    // RFC 9162 §2.1.4.2
    boolean oldIsSubtree = Long.bitCount(oldSize) == 1;
    if (path.isEmpty()) {
      throw failure("the path is empty");
    }
    long fn = oldSize - 1;
    long sn = newSize - 1;
    int shared = Long.numberOfTrailingZeros(~fn);
    fn >>>= shared;
    sn >>>= shared;
    Hash first = oldIsSubtree ? oldRoot : path.getFirst();
    byte[] fr = first.toByteArray();
    byte[] sr = first.toByteArray();
    TreeHasher hasher = new TreeHasher();
    for (Hash c : oldIsSubtree ? path : path.subList(1, path.size())) {
      if (sn == 0) {
        throw failure("the path is too long: " + path.size() + " hashes");
      }
      if ((fn & 1) == 1 || fn == sn) {
        hasher.withLeft(c, fr, 0);
        hasher.withLeft(c, sr, 0);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>>= 1;
          sn >>>= 1;
        }
      } else {
        hasher.withRight(sr, 0, c);
      }
      fn >>>= 1;
      sn >>>= 1;
    }
    if (sn != 0) {
      throw failure("the path is too short: " + path.size() + " hashes");
    }
    if (!oldRoot.isAt(fr, 0)) {
      throw failure("the path leads to the old root " + Hash.at(fr, 0) + ", wanted " + oldRoot);
    }
    if (!newRoot.isAt(sr, 0)) {
      throw failure("the path leads to the new root " + Hash.at(sr, 0) + ", wanted " + newRoot);
    }
  }

  private void requireEmptyPath() throws ProofException {
    if (!path.isEmpty()) {
      throw failure("the path has " + path.size() + " hashes, wanted none");
    }
  }

  private ProofException failure(String what) {
    return new ProofException(
        "consistency proof from size " + oldSize + " to " + newSize + " does not hold: " + what);
  }
}

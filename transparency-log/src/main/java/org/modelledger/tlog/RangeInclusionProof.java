package org.modelledger.tlog;

import java.util.List;
import java.util.Objects;

/**
 * Shows that leaves are at the indices {@code [from, to)} of a tree: all of them, in this order, and
 * nothing between them. It has at most two hashes for each level of the tree, however many leaves.
 *
 * <p>This is the range inclusion proof of compact ranges (transparency-dev/merkle,
 * docs/compact_ranges.md), whose parts are the hashes that the RFC 6962 §2.1.1 paths of the first leaf
 * have on the left and of the last one on the right. It has no text form, as no standard has one.
 *
 * @param from index of the first leaf, from 0
 * @param to index after the last, more than {@code from}
 * @param treeSize number of leaves, at least {@code to}
 * @param left the perfect subtrees of {@code [0, from)}, from left to right
 * @param right the subtrees of {@code [to, treeSize)}, from left to right, as in RFC 6962: those at the
 *     right edge of the tree are one
 */
public record RangeInclusionProof(long from, long to, long treeSize, List<Hash> left,
    List<Hash> right) {

  /**
   * @throws IllegalArgumentException if the range is empty or not in the tree
   */
  public RangeInclusionProof {
    left = List.copyOf(left);
    right = List.copyOf(right);
    requireRange(from, to, treeSize);
  }

  static void requireRange(long from, long to, long treeSize) {
    if (from < 0 || from >= to || to > treeSize) {
      throw new IllegalArgumentException(
          "the range [" + from + ", " + to + ") is empty or not in a tree of size " + treeSize);
    }
  }

  /**
   * Checks that these leaves are at {@code [from, to)} of the tree with this root. Takes them one by
   * one and keeps none, so they need not be in memory together.
   *
   * @param leaves the leaf hashes, {@link MerkleTree#leafHash} of the entries, in order
   * @param root taken from a checkpoint of size {@link #treeSize()} that has been verified
   * @throws ProofException if it does not follow
   */
  public void verify(Iterable<Hash> leaves, Hash root) throws ProofException {
    Objects.requireNonNull(leaves, "leaves");
    Objects.requireNonNull(root, "root");
    if (left.size() != Long.bitCount(from)) {
      throw failure("it has " + left.size() + " hashes on the left, wanted " + Long.bitCount(from));
    }
    Subtrees subtrees = new Subtrees();
    left.forEach(subtrees::push);
    long index = from;
    for (Hash leaf : leaves) {
      if (index == to) {
        throw failure("there are more than " + (to - from) + " leaves");
      }
      subtrees.push(leaf);
      // each bit that is set is a subtree of this height that waits for its right half
      for (long i = index; (i & 1) == 1; i >>>= 1) {
        subtrees.join();
      }
      index++;
    }
    if (index != to) {
      throw failure("there are " + (index - from) + " leaves, wanted " + (to - from));
    }
    // RFC 9162 §2.1.4.2 from here: the tree of size `to`, whose subtrees are known, continued
    int height = Long.numberOfTrailingZeros(to);
    long fn = (to >>> height) - 1;
    long sn = (treeSize - 1) >>> height;
    int used = 0;
    while (sn != 0) {
      if ((fn & 1) == 1 || fn == sn) {
        subtrees.join();
        while ((fn & 1) == 0 && fn != 0) {
          fn >>>= 1;
          sn >>>= 1;
        }
      } else if (used < right.size()) {
        subtrees.joinWith(right.get(used++));
      } else {
        throw failure("it is too short: " + right.size() + " hashes on the right");
      }
      fn >>>= 1;
      sn >>>= 1;
    }
    if (used != right.size()) {
      throw failure("it is too long: " + right.size() + " hashes on the right, wanted " + used);
    }
    if (!root.isAt(subtrees.hashes, 0)) {
      throw failure("it leads to the root " + Hash.at(subtrees.hashes, 0) + ", wanted " + root);
    }
  }

  private ProofException failure(String what) {
    return new ProofException("range inclusion proof for [" + from + ", " + to + ") of " + treeSize
        + " does not hold: " + what);
  }

  /** A stack of subtrees side by side, the rightmost on top. */
  private static final class Subtrees {
    private final TreeHasher hasher = new TreeHasher();
    // a tree has at most 63 of them, and a leaf that is not joined yet
    private final byte[] hashes = new byte[Long.SIZE * Hash.BYTES];
    private int end;

    void push(Hash hash) {
      hash.copyTo(hashes, end);
      end += Hash.BYTES;
    }

    void join() {
      end -= Hash.BYTES;
      int at = end - Hash.BYTES;
      hasher.node(hashes, at, hashes, end, hashes, at);
    }

    void joinWith(Hash right) {
      hasher.withRight(hashes, end - Hash.BYTES, right);
    }
  }
}

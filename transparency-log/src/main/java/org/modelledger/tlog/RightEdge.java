package org.modelledger.tlog;

import java.util.ArrayList;
import java.util.List;

/**
 * The right edge of a tree: the tiles that are not full, one for each level, and of their hashes what
 * every proof of this tree takes from them. Immutable.
 *
 * <p>A tree of size n is made of perfect subtrees, here called peaks: one of height h for each bit h
 * that is set in n, the highest first.
 */
final class RightEdge {

  private final long size;
  private final List<HashTile> tiles;
  private final Hash root;
  private final List<List<Hash>> outside = new ArrayList<>();

  /** Takes a tile for each level from 0 to {@link Layout#MAX_LEVEL}, with 0 to 255 hashes. */
  RightEdge(long size, List<HashTile> tiles, TreeHasher hasher) {
    this.size = size;
    this.tiles = List.copyOf(tiles);
    List<Hash> peaks = new ArrayList<>();
    for (long rest = size; rest > 0; rest -= Long.highestOneBit(rest)) {
      int height = height(rest);
      peaks.add(tile(height / HashTile.HEIGHT).nodeOfTree(height, (size >>> height) - 1));
    }
    List<Hash> tails = new ArrayList<>(peaks);
    for (int i = peaks.size() - 2; i >= 0; i--) {
      tails.set(i, hasher.node(peaks.get(i), tails.get(i + 1)));
    }
    root = tails.isEmpty() ? MerkleTree.emptyRoot() : tails.getFirst();
    for (int i = 0; i < peaks.size(); i++) {
      List<Hash> path = new ArrayList<>();
      if (i + 1 < peaks.size()) {
        path.add(tails.get(i + 1));
      }
      path.addAll(peaks.subList(0, i).reversed());
      outside.add(List.copyOf(path));
    }
  }

  long size() {
    return size;
  }

  /** Returns the root that the tiles hash to. */
  Hash root() {
    return root;
  }

  HashTile tile(int level) {
    return tiles.get(level);
  }

  /** Returns the height of the peak that an entry of the tree is in. */
  int peakOver(long index) {
    // above the highest bit in which they differ, the entry and the end of the tree are in the same nodes
    return height(index ^ size);
  }

  /** Returns how many peaks there are left of the one of this height. */
  int peaksLeftOf(int peak) {
    return Long.bitCount(size & (-2L << peak));
  }

  /**
   * Returns what RFC 6962 §2.1.1 has in a path after the root of a peak: all that is right of it, if
   * there is something, as one hash; then the peaks left of it, the nearest first.
   */
  List<Hash> outside(int peak) {
    return outside.get(peaksLeftOf(peak));
  }

  private static int height(long bits) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(bits);
  }
}

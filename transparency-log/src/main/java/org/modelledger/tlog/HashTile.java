package org.modelledger.tlog;

import java.util.Arrays;
import java.util.Optional;

/**
 * A tile with all nodes above its hashes that are perfect subtrees, so that a proof copies them
 * instead of hashing. Immutable.
 */
final class HashTile {

  /** Levels of the tree in a full tile. */
  static final int HEIGHT = 8;

  private final int width;
  private final byte[][] rows = new byte[HEIGHT + 1][];

  /** Takes the tile's bytes, {@code width * 32} of them, and keeps them. */
  HashTile(byte[] hashes, int width, TreeHasher hasher) {
    this.width = width;
    rows[0] = hashes;
    for (int row = 1; row <= HEIGHT; row++) {
      int nodes = width >>> row;
      byte[] below = rows[row - 1];
      rows[row] = new byte[nodes * Hash.BYTES];
      for (int i = 0; i < nodes; i++) {
        hasher.node(below, 2 * i * Hash.BYTES, below, (2 * i + 1) * Hash.BYTES, rows[row],
            i * Hash.BYTES);
      }
    }
  }

  int width() {
    return width;
  }

  byte[] hashes() {
    return rows[0];
  }

  /** Returns the hash of the perfect subtree over {@code 2^row} hashes, the i-th of these. */
  Hash node(int row, int i) {
    return Hash.at(rows[row], i * Hash.BYTES);
  }

  /**
   * Returns a perfect subtree that is in this tile.
   *
   * @param height above the leaves of the tree, of this tile's level
   * @param i its number among all of this height in the tree
   */
  Hash nodeOfTree(int height, long i) {
    int row = height % HEIGHT;
    return node(row, (int) (i & ((Layout.WIDTH >>> row) - 1)));
  }

  /** Returns whether the tile, which must be full, is the one that another has as its i-th hash. */
  boolean isBelow(HashTile above, int i) {
    return Arrays.equals(rows[HEIGHT], 0, Hash.BYTES, above.rows[0], i * Hash.BYTES,
        (i + 1) * Hash.BYTES);
  }

  /** Returns the hash that the tile above has for this tile, which must be full. */
  Hash root() {
    return node(HEIGHT, 0);
  }

  /** Hashes the tile, which must not be empty, and what is right of and below it together. */
  Hash fold(Optional<Hash> right, TreeHasher hasher) {
    byte[] all = new byte[2 * Hash.BYTES];
    boolean first = right.isEmpty();
    right.ifPresent(hash -> hash.copyTo(all, Hash.BYTES));
    int end = width;
    while (end > 0) {
      int row = Integer.numberOfTrailingZeros(end);
      int i = (end >>> row) - 1;
      if (first) {
        System.arraycopy(rows[row], i * Hash.BYTES, all, Hash.BYTES, Hash.BYTES);
        first = false;
      } else {
        hasher.node(rows[row], i * Hash.BYTES, all, Hash.BYTES, all, Hash.BYTES);
      }
      end -= 1 << row;
    }
    return Hash.at(all, Hash.BYTES);
  }
}

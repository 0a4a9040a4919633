package org.modelledger.tlog;

import java.util.ArrayList;
import java.util.List;

/**
 * The tiles above an entry, each checked against the one above it and those of the right edge against
 * the root: all that the paths of this entry, and of the 255 that share its tiles, are made of.
 * Immutable.
 */
final class TileColumn {

  private final RightEdge edge;
  /** By level; above them come the edge's. */
  private final HashTile[] full;

  TileColumn(RightEdge edge, HashTile[] full) {
    this.edge = edge;
    this.full = full;
  }

  HashTile tile(int level) {
    return level < full.length ? full[level] : edge.tile(level);
  }

  /** Returns a perfect subtree in one of these tiles: the i-th of its height in the tree. */
  Hash node(int height, long i) {
    return tile(height / HashTile.HEIGHT).nodeOfTree(height, i);
  }

  /** RFC 6962 §2.1.1: from the sibling of the i-th perfect subtree of a height to the root's child. */
  List<Hash> path(int height, long i) {
    return List.of(hashes(height, i));
  }

  private Hash[] hashes(int height, long i) {
    int peak = edge.peakOver(i << height);
    List<Hash> outside = edge.outside(peak);
    Hash[] path = new Hash[peak - height + outside.size()];
    fill(path, height, i, peak);
    for (int j = 0; j < outside.size(); j++) {
      path[peak - height + j] = outside.get(j);
    }
    return path;
  }

  private void fill(Hash[] path, int height, long i, int end) {
    for (int h = height; h < end; h++) {
      path[h - height] = node(h, i >>> (h - height) ^ 1);
    }
  }

  /** Takes the paths of a few entries, which share all hashes that they have in common. */
  @FunctionalInterface
  interface PathConsumer {
    void accept(long index, List<Hash> path);
  }

  /** Hands over the paths of entries that all are in the same lowest tile. */
  void paths(long from, long to, PathConsumer consumer) {
    Hash[] path = hashes(0, from);
    consumer.accept(from, List.of(path));
    for (long i = from + 1; i < to; i++) {
      int peak = edge.peakOver(i);
      if (peak == edge.peakOver(i - 1)) {
        fill(path, 0, i, Long.SIZE - Long.numberOfLeadingZeros(i ^ (i - 1)));
      } else {
        path = hashes(0, i);
      }
      consumer.accept(i, List.of(path));
    }
  }

  /** Returns the perfect subtrees left of an entry, from left to right. */
  List<Hash> leftOf(long index) {
    int peak = edge.peakOver(index);
    List<Hash> outside = edge.outside(peak);
    List<Hash> left = new ArrayList<>(
        outside.subList(outside.size() - edge.peaksLeftOf(peak), outside.size()).reversed());
    for (int h = peak - 1; h >= 0; h--) {
      long i = index >>> h;
      if ((i & 1) == 1) {
        left.add(node(h, i - 1));
      }
    }
    return left;
  }

  /** Returns what is right of an entry, from left to right, the last of it perhaps as one hash. */
  List<Hash> rightOf(long index) {
    int peak = edge.peakOver(index);
    List<Hash> outside = edge.outside(peak);
    List<Hash> right = new ArrayList<>();
    for (int h = 0; h < peak; h++) {
      long i = index >>> h;
      if ((i & 1) == 0) {
        right.add(node(h, i + 1));
      }
    }
    right.addAll(outside.subList(0, outside.size() - edge.peaksLeftOf(peak)));
    return right;
  }
}

package org.modelledger.tlog;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A tree of any size in little memory: its leaves repeat with every 256, so that most subtrees of a
 * height are the same, but for a few that are like no other.
 */
final class SparseTree implements HashSource.Subtrees {

  private record Node(int height, long i) {}

  private final NavigableSet<Long> special;
  private final Map<Node, Hash> known = new ConcurrentHashMap<>();

  SparseTree(NavigableSet<Long> special) {
    this.special = special;
  }

  Hash leaf(long index) {
    return hash(0, index);
  }

  @Override
  public Hash hash(int height, long i) {
    long first = i << height;
    Long next = special.ceiling(first);
    boolean plain = next == null || next - first >= 1L << height;
    Node node = new Node(height, plain ? (i << height & 0xff) >>> height : i);
    Node key = plain ? new Node(~height, node.i) : node;
    Hash hash = known.get(key);
    if (hash == null) {
      hash = height > 0
          ? MerkleTree.nodeHash(hash(height - 1, 2 * i), hash(height - 1, 2 * i + 1))
          : MerkleTree.leafHash((plain ? "entry " + (i & 0xff) : "special " + i)
              .getBytes(StandardCharsets.UTF_8));
      known.put(key, hash);
    }
    return hash;
  }
}

package org.modelledger.tlog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** RFC 6962 §2.1 as it is written, over leaf hashes. */
final class Rfc6962 {
  private final List<Hash> leaves;
  private final Map<List<Integer>, Hash> known = new HashMap<>();

  Rfc6962(List<Hash> leaves) {
    this.leaves = leaves;
  }

  Hash root(int from, int to) {
    if (from == to) {
      return MerkleTree.emptyRoot();
    }
    if (to - from == 1) {
      return leaves.get(from);
    }
    Hash hash = known.get(List.of(from, to));
    if (hash == null) {
      int k = from + split(to - from);
      hash = MerkleTree.nodeHash(root(from, k), root(k, to));
      known.put(List.of(from, to), hash);
    }
    return hash;
  }

  List<Hash> inclusion(int m, int from, int to) {
    if (to - from == 1) {
      return new ArrayList<>();
    }
    int k = split(to - from);
    List<Hash> path = m < k ? inclusion(m, from, from + k) : inclusion(m - k, from + k, to);
    path.add(m < k ? root(from + k, to) : root(from, from + k));
    return path;
  }

  List<Hash> consistency(int m, int from, int to, boolean whole) {
    if (m == to - from) {
      return whole ? new ArrayList<>() : new ArrayList<>(List.of(root(from, to)));
    }
    int k = split(to - from);
    List<Hash> path = m <= k
        ? consistency(m, from, from + k, whole)
        : consistency(m - k, from + k, to, false);
    path.add(m <= k ? root(from + k, to) : root(from, from + k));
    return path;
  }

  /** What a range leaves of the tree, by the same recursion: left of it and right of it. */
  List<List<Hash>> outside(int from, int to, int size) {
    List<List<Hash>> outside = List.of(new ArrayList<>(), new ArrayList<>());
    outside(from, to, 0, size, outside);
    return outside;
  }

  private void outside(int from, int to, int lo, int hi, List<List<Hash>> outside) {
    if (hi <= from) {
      outside.getFirst().add(root(lo, hi));
    } else if (lo >= to) {
      outside.getLast().add(root(lo, hi));
    } else if (lo < from || hi > to) {
      int k = lo + split(hi - lo);
      outside(from, to, lo, k, outside);
      outside(from, to, k, hi, outside);
    }
  }

  private static int split(int n) {
    int k = 1;
    while (k * 2 < n) {
      k *= 2;
    }
    return k;
  }
}

package org.modelledger.tlog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tiles of a log, made when they are asked for from whatever knows the hashes of its subtrees. */
final class HashSource implements TileSource {

  /** Knows the hash of the i-th perfect subtree of a height. */
  @FunctionalInterface
  interface Subtrees {
    Hash hash(int height, long i);
  }

  private static final Pattern TILE = Pattern.compile(
      "tile/([0-7])/((?:x\\d{3}/)*\\d{3})(?:\\.p/(\\d+))?");

  private final long size;
  private final Subtrees subtrees;
  private final List<String> reads = Collections.synchronizedList(new ArrayList<>());

  HashSource(long size, Subtrees subtrees) {
    this.size = size;
    this.subtrees = subtrees;
  }

  /** Returns the paths that were read since this was last asked. */
  List<String> takeReads() {
    List<String> taken = List.copyOf(reads);
    reads.clear();
    return taken;
  }

  @Override
  public Optional<byte[]> read(String path, int maxBytes) {
    reads.add(path);
    Matcher tile = TILE.matcher(path);
    if (!tile.matches()) {
      return Optional.empty();
    }
    int level = Integer.parseInt(tile.group(1));
    long index = Long.parseLong(tile.group(2).replaceAll("[x/]", ""));
    int width = tile.group(3) == null ? Layout.WIDTH : Integer.parseInt(tile.group(3));
    if (index * Layout.WIDTH + width > Layout.hashes(level, size)) {
      return Optional.empty();
    }
    byte[] bytes = new byte[width * Hash.BYTES];
    for (int i = 0; i < width; i++) {
      subtrees.hash(8 * level, index * Layout.WIDTH + i).copyTo(bytes, i * Hash.BYTES);
    }
    return Optional.of(bytes);
  }

  /** Returns the root at a size, from the subtrees alone. */
  Hash root(long at) {
    Hash root = MerkleTree.emptyRoot();
    for (long rest = at; rest > 0; rest &= rest - 1) {
      int height = Long.numberOfTrailingZeros(rest);
      Hash peak = subtrees.hash(height, (rest >>> height) - 1);
      root = rest == at ? peak : MerkleTree.nodeHash(peak, root);
    }
    return root;
  }

  @Override
  public String toString() {
    return "hashes";
  }
}

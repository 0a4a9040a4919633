package org.modelledger.bench;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.TileSource;

/**
 * The tiles of a log of any size whose entries repeat with every 256, so that nobody need write it:
 * all full tiles of a level are the same.
 */
final class PeriodicTiles implements TileSource {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 8;
  private static final Pattern TILE = Pattern.compile("tile/([0-7])/[x0-9/]+(?:\\.p/(\\d+))?");

  /** By height: the subtrees of one period; one where it takes the whole period or more. */
  private final Hash[][] subtrees = new Hash[Long.SIZE][];

  PeriodicTiles() {
    subtrees[0] = new Hash[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      subtrees[0][i] = MerkleTree.leafHash(new byte[]{(byte) i});
    }
    for (int height = 1; height < Long.SIZE; height++) {
      Hash[] below = subtrees[height - 1];
      subtrees[height] = new Hash[Math.max(1, below.length / 2)];
      for (int i = 0; i < subtrees[height].length; i++) {
        subtrees[height][i] = MerkleTree.nodeHash(below[2 * i % below.length],
            below[(2 * i + 1) % below.length]);
      }
    }
  }

  Hash leaf(long index) {
    return subtree(0, index);
  }

  private Hash subtree(int height, long i) {
    return subtrees[height][(int) (i % subtrees[height].length)];
  }

  /** Returns the root at a size, more than 0. */
  Hash root(long size) {
    int height = Long.numberOfTrailingZeros(size);
    Hash root = subtree(height, (size >>> height) - 1);
    for (long rest = size & (size - 1); rest > 0; rest &= rest - 1) {
      height = Long.numberOfTrailingZeros(rest);
      root = MerkleTree.nodeHash(subtree(height, (rest >>> height) - 1), root);
    }
    return root;
  }

  @Override
  public Optional<byte[]> read(String path, int maxBytes) {
    Matcher tile = TILE.matcher(path);
    if (!tile.matches()) {
      return Optional.empty();
    }
    int level = Integer.parseInt(tile.group(1));
    int width = tile.group(2) == null ? WIDTH : Integer.parseInt(tile.group(2));
    byte[] bytes = new byte[width * Hash.BYTES];
    for (int i = 0; i < width; i++) {
      byte[] hash = subtree(HEIGHT * level, i).toByteArray();
      System.arraycopy(hash, 0, bytes, i * Hash.BYTES, Hash.BYTES);
    }
    return Optional.of(bytes);
  }

  @Override
  public String toString() {
    return "periodic tiles";
  }
}

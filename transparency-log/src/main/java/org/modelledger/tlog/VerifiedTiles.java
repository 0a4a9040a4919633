package org.modelledger.tlog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The tiles and bundles of a source, each checked before it is handed out: the tiles at the right edge
 * together against the root, every other one against the tile above it, bundles against level 0.
 * Thread-safe.
 */
final class VerifiedTiles {

  // 16 KiB each
  private static final int MAX_TILES = 512;
  private static final int MAX_EDGES = 8;
  private static final int MAX_BUNDLES = 16;
  private static final int MAX_CACHED_BUNDLE_BYTES = 1 << 18;

  private record TileKey(int level, long index, int width) {}

  /** What a checkpoint commits to: trees with the same of both are the same. */
  private record TreeKey(long size, Hash root) {}

  private final TileSource source;
  private final ClockCache<TreeKey, RightEdge> edges = new ClockCache<>(MAX_EDGES);
  private final ClockCache<TileKey, HashTile> tiles = new ClockCache<>(MAX_TILES);
  private final ClockCache<TileKey, Bundle> bundles = new ClockCache<>(MAX_BUNDLES);

  VerifiedTiles(TileSource source) {
    this.source = source;
  }

  TileSource source() {
    return source;
  }

  /** Returns a tile as wide as it is in the tree of this checkpoint. */
  HashTile tile(int level, long index, SignedCheckpoint at) throws ProofException {
    return Layout.width(level, index, at.size()) < Layout.WIDTH
        ? edgeTile(level, at)
        : column(index << (HashTile.HEIGHT * (level + 1)), level, at).tile(level);
  }

  /**
   * Returns the tiles above an entry of the tree of this checkpoint.
   *
   * @param lowest the level down to which they are wanted
   */
  TileColumn column(long entry, int lowest, SignedCheckpoint at) throws ProofException {
    RightEdge edge = edge(at);
    int top = edge.peakOver(entry) / HashTile.HEIGHT;
    HashTile[] full = new HashTile[top];
    HashTile above = edge.tile(top);
    for (int level = top - 1; level >= lowest; level--) {
      above = below(above, level, entry >>> (HashTile.HEIGHT * (level + 1)), edge);
      full[level] = above;
    }
    return new TileColumn(edge, full);
  }

  // A cached tile is compared with the one above it again for every column, so it does not matter for
  // which checkpoint, of which history, it was read.
  private HashTile below(HashTile above, int level, long index, RightEdge edge)
      throws ProofException {
    int i = (int) (index % Layout.WIDTH);
    TileKey key = new TileKey(level, index, Layout.WIDTH);
    Optional<HashTile> cached = tiles.get(key);
    if (cached.isPresent() && cached.get().isBelow(above, i)) {
      return cached.get();
    }
    HashTile tile = new HashTile(readTile(level, index, Layout.WIDTH), Layout.WIDTH,
        new TreeHasher());
    if (!tile.isBelow(above, i)) {
      long indexAbove = index / Layout.WIDTH;
      throw new ProofException(Layout.tile(level, index, Layout.WIDTH) + " from " + source
          + " hashes to " + tile.root() + ", but "
          + Layout.tile(level + 1, indexAbove,
              Layout.width(level + 1, indexAbove, edge.size()))
          + " has " + above.node(0, i) + " for it");
    }
    tiles.put(key, tile);
    return tile;
  }

  /** Returns the tile at the right edge of a level, with 0 to 255 hashes. */
  HashTile edgeTile(int level, SignedCheckpoint at) throws ProofException {
    return edge(at).tile(level);
  }

  /** Returns the right edge of the tree of this checkpoint. */
  RightEdge edge(SignedCheckpoint at) throws ProofException {
    TreeKey key = new TreeKey(at.size(), at.root());
    Optional<RightEdge> known = edges.get(key);
    if (known.isPresent()) {
      return known.get();
    }
    TreeHasher hasher = new TreeHasher();
    List<HashTile> read = new ArrayList<>();
    List<String> paths = new ArrayList<>();
    for (int level = 0; level <= Layout.MAX_LEVEL; level++) {
      long hashes = Layout.hashes(level, at.size());
      int width = (int) (hashes % Layout.WIDTH);
      byte[] bytes = {};
      if (width > 0) {
        bytes = readTile(level, hashes / Layout.WIDTH, width);
        paths.add(Layout.tile(level, hashes / Layout.WIDTH, width));
      }
      read.add(new HashTile(bytes, width, hasher));
    }
    RightEdge edge = new RightEdge(at.size(), read, hasher);
    if (!edge.root().equals(at.root())) {
      throw new ProofException("the tiles at the edge of size " + at.size() + " ("
          + String.join(", ", paths) + ") from " + source + " hash to the root " + edge.root()
          + ", but the checkpoint has " + at.root());
    }
    edges.put(key, edge);
    return edge;
  }

  /** Returns a bundle with as many entries as it has in the tree of this checkpoint. */
  Bundle bundle(long index, SignedCheckpoint at) throws ProofException {
    int width = Layout.width(0, index, at.size());
    HashTile tile = tile(0, index, at);
    TileKey key = new TileKey(0, index, width);
    Optional<Bundle> cached = bundles.get(key);
    TreeHasher hasher = new TreeHasher();
    // compared again for every checkpoint, which may be of another history
    if (cached.isPresent() && Arrays.equals(cached.get().leafHashes(hasher), tile.hashes())) {
      return cached.get();
    }
    Bundle bundle = readBundle(index, width);
    byte[] leaves = bundle.leafHashes(hasher);
    int bad = Arrays.mismatch(leaves, tile.hashes());
    if (bad >= 0) {
      int i = bad / Hash.BYTES;
      throw new ProofException("entry " + (index * Layout.WIDTH + i) + " in "
          + Layout.bundle(index, width) + " from " + source + " hashes to "
          + Hash.at(leaves, i * Hash.BYTES) + ", but " + Layout.tile(0, index, width) + " has "
          + tile.node(0, i) + " for it");
    }
    if (bundle.length() <= MAX_CACHED_BUNDLE_BYTES) {
      bundles.put(key, bundle);
    }
    return bundle;
  }

  /** Reads a tile without judging its hashes. */
  byte[] readTile(int level, long index, int width) throws ProofException {
    String path = Layout.tile(level, index, width);
    byte[] bytes = readOrFull(path, Layout.tile(level, index, Layout.WIDTH), Layout.TILE_BYTES);
    if (bytes.length != width * Hash.BYTES && bytes.length != Layout.TILE_BYTES) {
      throw new ProofException(path + " from " + source + " has " + bytes.length + " bytes, wanted "
          + width * Hash.BYTES);
    }
    return bytes.length == width * Hash.BYTES
        ? bytes
        : Arrays.copyOf(bytes, width * Hash.BYTES);
  }

  /** Reads a bundle without judging its entries. */
  Bundle readBundle(long index, int width) throws ProofException {
    String path = Layout.bundle(index, width);
    byte[] bytes = readOrFull(path, Layout.bundle(index, Layout.WIDTH), Layout.MAX_BUNDLE_BYTES);
    return Bundle.parse(bytes, width, false)
        .filter(
            b -> b.length() == bytes.length || Bundle.parse(bytes, Layout.WIDTH, true).isPresent())
        .orElseThrow(() -> new ProofException(path + " from " + source + " has " + bytes.length
            + " bytes that are not " + width + " entries with their lengths"));
  }

  // c2sp.org/tlog-tiles, Partial Tiles: a partial one may be gone once the full one is there
  private byte[] readOrFull(String path, String full, int maxBytes) throws ProofException {
    Optional<byte[]> bytes = read(path, maxBytes);
    if (bytes.isEmpty() && !path.equals(full)) {
      bytes = read(full, maxBytes);
    }
    return bytes.orElseThrow(() -> new ProofException(path + " is missing from " + source));
  }

  Optional<byte[]> read(String path, int maxBytes) {
    try {
      return source.read(path, maxBytes);
    } catch (IOException e) {
      throw new LogStorageException(
          "cannot read " + path + " from " + source + ": " + Text.describe(e),
          e);
    }
  }
}

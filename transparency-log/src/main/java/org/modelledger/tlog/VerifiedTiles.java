package org.modelledger.tlog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The tiles and bundles of a source, each checked before it is handed out: the tiles at the right edge
 * together against the root, every other one against the tile above it, bundles against level 0.
 * Thread-safe.
 */
final class VerifiedTiles {

  private static final int MAX_TILES = 512;
  private static final int MAX_BUNDLES = 16;
  private static final int MAX_CACHED_BUNDLE_BYTES = 1 << 18;

  private record TileKey(int level, long index, int width) {}

  private record Edge(long size, Hash root, List<HashTile> tiles) {}

  private static final class Lru<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int max;

    Lru(int max) {
      super(16, 0.75f, true);
      this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > max;
    }
  }

  private final TileSource source;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<TileKey, HashTile> tiles = new Lru<>(MAX_TILES);
  private final Map<TileKey, Bundle> bundles = new Lru<>(MAX_BUNDLES);
  private @Nullable Edge newestEdge;

  VerifiedTiles(TileSource source) {
    this.source = source;
  }

  TileSource source() {
    return source;
  }

  /** Returns the hash of the perfect subtree over entries {@code [i * 2^height, (i+1) * 2^height)}. */
  Hash node(int height, long i, SignedCheckpoint at) throws ProofException {
    int level = height / 8;
    int row = height % 8;
    long first = i << row;
    HashTile tile = tile(level, first / Layout.WIDTH, at);
    return tile.node(row, (int) (first % Layout.WIDTH) >>> row);
  }

  /** Returns a tile as wide as it is in the tree of this checkpoint. */
  HashTile tile(int level, long index, SignedCheckpoint at) throws ProofException {
    int width = Layout.width(level, index, at.size());
    if (width < Layout.WIDTH) {
      return edgeTile(level, at);
    }
    TileKey key = new TileKey(level, index, width);
    // The tile above is checked first, so a cached tile is checked again for every checkpoint.
    Hash wanted = tile(level + 1, index / Layout.WIDTH, at).node(0, (int) (index % Layout.WIDTH));
    Optional<HashTile> cached = get(tiles, key);
    if (cached.isPresent() && cached.get().root().equals(wanted)) {
      return cached.get();
    }
    String path = Layout.tile(level, index, width);
    HashTile tile = new HashTile(readTile(level, index, width), width, new TreeHasher());
    if (!tile.root().equals(wanted)) {
      throw new ProofException(path + " from " + source + " hashes to " + tile.root() + ", but "
          + Layout.tile(level + 1, index / Layout.WIDTH,
              Layout.width(level + 1, index / Layout.WIDTH, at.size()))
          + " has " + wanted + " for it");
    }
    put(tiles, key, tile);
    return tile;
  }

  /** Returns the tile at the right edge of a level, with 0 to 255 hashes. */
  HashTile edgeTile(int level, SignedCheckpoint at) throws ProofException {
    return edge(at).tiles().get(level);
  }

  private Edge edge(SignedCheckpoint at) throws ProofException {
    lock.lock();
    try {
      Edge known = newestEdge;
      if (known != null && known.size() == at.size() && known.root().equals(at.root())) {
        return known;
      }
    } finally {
      lock.unlock();
    }
    TreeHasher hasher = new TreeHasher();
    List<HashTile> edge = new ArrayList<>();
    StringBuilder paths = new StringBuilder();
    Optional<Hash> root = Optional.empty();
    for (int level = 0; level <= Layout.MAX_LEVEL; level++) {
      long hashes = Layout.hashes(level, at.size());
      int width = (int) (hashes % Layout.WIDTH);
      byte[] bytes = width == 0 ? new byte[0] : readTile(level, hashes / Layout.WIDTH, width);
      edge.add(new HashTile(bytes, width, hasher));
      if (width > 0) {
        root = Optional.of(edge.getLast().fold(root, hasher));
        paths.append(paths.isEmpty() ? "" : ", ")
            .append(Layout.tile(level, hashes / Layout.WIDTH, width));
      }
    }
    Hash computed = root.orElse(MerkleTree.emptyRoot());
    if (!computed.equals(at.root())) {
      throw new ProofException(
          "the tiles at the edge of size " + at.size() + " (" + paths + ") from "
              + source + " hash to the root " + computed + ", but the checkpoint has " + at.root());
    }
    Edge verified = new Edge(at.size(), at.root(), List.copyOf(edge));
    lock.lock();
    try {
      newestEdge = verified;
    } finally {
      lock.unlock();
    }
    return verified;
  }

  /** Returns a bundle with as many entries as it has in the tree of this checkpoint. */
  Bundle bundle(long index, SignedCheckpoint at) throws ProofException {
    int width = Layout.width(0, index, at.size());
    HashTile tile = tile(0, index, at);
    TileKey key = new TileKey(0, index, width);
    Optional<Bundle> cached = get(bundles, key);
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
      put(bundles, key, bundle);
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

  private <V> Optional<V> get(Map<TileKey, V> cache, TileKey key) {
    lock.lock();
    try {
      return Optional.ofNullable(cache.get(key));
    } finally {
      lock.unlock();
    }
  }

  private <V> void put(Map<TileKey, V> cache, TileKey key, V value) {
    lock.lock();
    try {
      cache.put(key, value);
    } finally {
      lock.unlock();
    }
  }
}

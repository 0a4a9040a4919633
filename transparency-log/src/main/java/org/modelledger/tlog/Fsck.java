package org.modelledger.tlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Hashes a log again from its entries up. Where an entry bundle and its tile disagree, the tile above
 * decides which of them is wrong; at the right edge, where there is none, the root decides.
 */
final class Fsck {

  private static final int MAX_FINDINGS = 100;

  /** Hashes of a level that have not filled a tile yet. */
  private static final class Level {
    byte[] hashes = new byte[Layout.TILE_BYTES];
    int width;
    long index;
  }

  private final VerifiedTiles source;
  private final SignedCheckpoint at;
  private final TreeHasher hasher = new TreeHasher();
  private final List<Level> levels = new ArrayList<>();
  private final List<FsckReport.Finding> findings = new ArrayList<>();
  private long bundles;
  private long tiles;

  /** What the files say about the last, partial bundle and tile, if they disagree. */
  private byte @Nullable [] edgeFromEntries;
  private byte @Nullable [] edgeFromTile;

  Fsck(VerifiedTiles source, SignedCheckpoint at) {
    this.source = source;
    this.at = at;
  }

  FsckReport run() {
    for (long index = 0; index * Layout.WIDTH < at.size(); index++) {
      leaves(index, Layout.width(0, index, at.size()));
    }
    Hash root = finish();
    if (!root.equals(at.root()) && findings.isEmpty()) {
      find(Layout.CHECKPOINT, OptionalLong.empty(),
          "entries and tiles hash to the root " + root + ", the checkpoint has " + at.root());
    }
    return new FsckReport(at, bundles, tiles, findings);
  }

  private void leaves(long index, int width) {
    String bundlePath = Layout.bundle(index, width);
    String tilePath = Layout.tile(0, index, width);
    byte[] fromEntries = null;
    byte[] fromTile = null;
    try {
      bundles++;
      fromEntries = source.readBundle(index, width).leafHashes(hasher);
    } catch (ProofException e) {
      find(bundlePath, OptionalLong.empty(), e.getMessage());
    }
    try {
      tiles++;
      fromTile = source.readTile(0, index, width);
    } catch (ProofException e) {
      find(tilePath, OptionalLong.empty(), e.getMessage());
    }
    byte[] believed = fromTile;
    if (fromEntries != null && fromTile != null && !Arrays.equals(fromEntries, fromTile)) {
      if (width < Layout.WIDTH) {
        edgeFromEntries = fromEntries;
        edgeFromTile = fromTile;
        believed = fromEntries;
      } else if (isInTileAbove(index, fromTile)) {
        blameBundle(index, width, fromEntries, fromTile);
      } else {
        blameTile(0, index, width, fromEntries, fromTile);
        believed = fromEntries;
      }
    } else if (fromEntries != null) {
      believed = fromEntries;
    }
    if (believed == null) {
      believed = new byte[width * Hash.BYTES]; // both files are findings already
    }
    for (int i = 0; i < width; i++) {
      add(0, believed, i * Hash.BYTES);
    }
  }

  private boolean isInTileAbove(long index, byte[] hashes) {
    long above = index / Layout.WIDTH;
    try {
      byte[] tile = source.readTile(1, above, Layout.width(1, above, at.size()));
      return new HashTile(hashes, Layout.WIDTH, hasher).root()
          .isAt(tile,
              (int) (index % Layout.WIDTH) * Hash.BYTES);
    } catch (ProofException e) {
      return false; // the tile above is reported when its turn comes
    }
  }

  private void add(int level, byte[] hash, int offset) {
    while (levels.size() <= level) {
      levels.add(new Level());
    }
    Level here = levels.get(level);
    System.arraycopy(hash, offset, here.hashes, here.width * Hash.BYTES, Hash.BYTES);
    here.width++;
    if (here.width == Layout.WIDTH) {
      if (level > 0) {
        compare(level, here.index, here.hashes, Layout.WIDTH);
      }
      Hash root = new HashTile(here.hashes, Layout.WIDTH, hasher).root();
      here.hashes = new byte[Layout.TILE_BYTES];
      here.width = 0;
      here.index++;
      add(level + 1, root.toByteArray(), 0);
    }
  }

  private Hash finish() {
    byte[] entries = edgeFromEntries;
    byte[] tile = edgeFromTile;
    if (entries != null && tile != null) {
      long index = at.size() / Layout.WIDTH;
      Level bottom = levels.getFirst();
      System.arraycopy(tile, 0, bottom.hashes, 0, tile.length);
      if (fold().equals(at.root())) {
        blameBundle(index, bottom.width, entries, tile);
      } else {
        System.arraycopy(entries, 0, bottom.hashes, 0, entries.length);
        blameTile(0, index, bottom.width, entries, tile);
      }
    }
    for (int level = 1; level < levels.size(); level++) {
      Level here = levels.get(level);
      if (here.width > 0) {
        compare(level, here.index, Arrays.copyOf(here.hashes, here.width * Hash.BYTES), here.width);
      }
    }
    return fold();
  }

  private Hash fold() {
    Optional<Hash> root = Optional.empty();
    for (Level level : levels) {
      if (level.width > 0) {
        root = Optional.of(new HashTile(level.hashes, level.width, hasher).fold(root, hasher));
      }
    }
    return root.orElse(MerkleTree.emptyRoot());
  }

  private void compare(int level, long index, byte[] computed, int width) {
    try {
      tiles++;
      byte[] tile = source.readTile(level, index, width);
      if (!Arrays.equals(computed, tile)) {
        blameTile(level, index, width, computed, tile);
      }
    } catch (ProofException e) {
      find(Layout.tile(level, index, width), OptionalLong.empty(), e.getMessage());
    }
  }

  private void blameBundle(long index, int width, byte[] fromEntries, byte[] fromTile) {
    int i = Arrays.mismatch(fromEntries, fromTile) / Hash.BYTES;
    find(Layout.bundle(index, width), OptionalLong.of(index * Layout.WIDTH + i),
        "the entry hashes to " + Hash.at(fromEntries, i * Hash.BYTES) + ", the log committed to "
            + Hash.at(fromTile, i * Hash.BYTES));
  }

  private void blameTile(int level, long index, int width, byte[] computed, byte[] tile) {
    int i = Arrays.mismatch(computed, tile) / Hash.BYTES;
    long first = (index * Layout.WIDTH + i) << (8 * level);
    find(Layout.tile(level, index, width), OptionalLong.of(first),
        "hash " + i + " is " + Hash.at(tile, i * Hash.BYTES) + ", what is below it hashes to "
            + Hash.at(computed, i * Hash.BYTES));
  }

  private void find(String path, OptionalLong index, @Nullable String what) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(new FsckReport.Finding(path, index, String.valueOf(what)));
    }
  }
}

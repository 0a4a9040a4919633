package org.modelledger.tlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes bundles, tiles and checkpoints of entries that are already durable. Keeps the right edge of
 * the tree in memory: at most 255 hashes a level and 255 entries. One thread at a time.
 */
final class Publisher {

  private static final class Level {
    final byte[] hashes = new byte[Layout.TILE_BYTES];
    int width;
    long index;
    /** The tile that was partial in a checkpoint last, or -1. */
    long partial = -1;
  }

  /** A directory of partial files, and the size at which the full one was there. */
  private record Filled(String directory, long size) {}

  private final LogStorage storage;
  private final NoteSigner signer;
  private final TileWriter writer;
  private final String checkpointFile;
  private final TreeHasher hasher = new TreeHasher();
  private final List<Level> levels = new ArrayList<>();
  private final List<Filled> filled = new ArrayList<>();
  private byte[] bundle = new byte[1 << 12];
  private int bundleBytes;
  private long size;

  /**
   * @param checkpointFile where checkpoints go
   */
  Publisher(LogStorage storage, NoteSigner signer, TileWriter writer, String checkpointFile) {
    this.storage = storage;
    this.checkpointFile = checkpointFile;
    this.signer = signer;
    this.writer = writer;
    levels.add(new Level());
  }

  /**
   * Takes up the tree of a checkpoint from its files.
   *
   * @throws ProofException if they do not lead to its root
   */
  void load(SignedCheckpoint at) throws ProofException {
    VerifiedTiles tiles = new VerifiedTiles(new StorageTileSource(storage));
    size = at.size();
    for (int level = 0; Layout.hashes(level, size) > 0; level++) {
      Level here = level(level);
      long hashes = Layout.hashes(level, size);
      here.index = hashes / Layout.WIDTH;
      here.width = (int) (hashes % Layout.WIDTH);
      here.partial = here.index;
      HashTile edge = tiles.edgeTile(level, at);
      System.arraycopy(edge.hashes(), 0, here.hashes, 0, here.width * Hash.BYTES);
    }
    if (size % Layout.WIDTH > 0) {
      Bundle edge = tiles.bundle(size / Layout.WIDTH, at);
      bundleBytes = edge.length();
      bundle = Arrays.copyOf(edge.bytes(), Math.max(bundleBytes, bundle.length));
    }
  }

  long size() {
    return size;
  }

  /** Adds entries that follow those there are, each with its length before it. */
  void add(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    for (int at = offset; at < end;) {
      int entry = ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
      Level leaves = levels.getFirst();
      hasher.leaf(bytes, at + 2, entry, leaves.hashes, leaves.width * Hash.BYTES);
      keep(bytes, at, 2 + entry);
      at += 2 + entry;
      size++;
      leaves.width++;
      if (leaves.width == Layout.WIDTH) {
        writer.write(Layout.bundle(leaves.index, Layout.WIDTH), bundle, bundleBytes);
        if (leaves.partial == leaves.index) {
          filled.add(new Filled(Layout.bundlePartials(leaves.index), size));
        }
        bundle = new byte[bundleBytes];
        bundleBytes = 0;
        carry(0);
      }
    }
  }

  private void keep(byte[] bytes, int offset, int length) {
    if (bundleBytes + length > bundle.length) {
      bundle = Arrays.copyOf(bundle, Math.max(bundleBytes + length, 2 * bundle.length));
    }
    System.arraycopy(bytes, offset, bundle, bundleBytes, length);
    bundleBytes += length;
  }

  private void carry(int level) throws IOException {
    Level here = level(level);
    writer.write(Layout.tile(level, here.index, Layout.WIDTH), here.hashes.clone(),
        Layout.TILE_BYTES);
    if (here.partial == here.index) {
      filled.add(new Filled(Layout.tilePartials(level, here.index), size));
    }
    Level above = level(level + 1);
    hasher.root(here.hashes, Layout.WIDTH);
    System.arraycopy(here.hashes, 0, above.hashes, above.width * Hash.BYTES, Hash.BYTES);
    here.width = 0;
    here.index++;
    above.width++;
    if (above.width == Layout.WIDTH) {
      carry(level + 1);
    }
  }

  private Level level(int level) {
    while (levels.size() <= level) {
      levels.add(new Level());
    }
    return levels.get(level);
  }

  /** Puts everything added under a new checkpoint, durably. */
  SignedCheckpoint publish() throws IOException {
    Level leaves = levels.getFirst();
    if (leaves.width > 0) {
      writer.write(Layout.bundle(leaves.index, leaves.width),
          Arrays.copyOf(bundle, bundleBytes), bundleBytes);
    }
    Optional<Hash> root = Optional.empty();
    for (int level = 0; level < levels.size(); level++) {
      Level here = levels.get(level);
      if (here.width > 0) {
        here.partial = here.index;
        byte[] hashes = Arrays.copyOf(here.hashes, here.width * Hash.BYTES);
        writer.write(Layout.tile(level, here.index, here.width), hashes, hashes.length);
        root = Optional.of(new HashTile(hashes, here.width, hasher).fold(root, hasher));
      }
    }
    writer.sync();
    SignedCheckpoint checkpoint = SignedCheckpoint.sign(signer, size,
        root.orElse(MerkleTree.emptyRoot()));
    byte[] text = checkpoint.text().getBytes(StandardCharsets.UTF_8);
    writer.write(checkpointFile, text, text.length);
    writer.sync();
    return checkpoint;
  }

  /**
   * Deletes partial files that no reader needs.
   *
   * @param visible the size of the checkpoint that readers see
   */
  // c2sp.org/tlog-tiles: a partial tile may go once the full one is there
  void deletePartials(long visible) throws IOException {
    for (Filled each : filled) {
      if (each.size <= visible) {
        List<String> names = storage.list(each.directory);
        for (String name : names) {
          storage.delete(each.directory + "/" + name);
        }
        if (!names.isEmpty()) {
          storage.delete(each.directory);
          writer.forget(each.directory);
        }
      }
    }
    filled.removeIf(each -> each.size <= visible);
  }

  void close() {
    writer.close();
  }
}

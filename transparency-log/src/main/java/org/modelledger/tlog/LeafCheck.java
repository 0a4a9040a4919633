package org.modelledger.tlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.FsckReport.Finding;

/**
 * Checks one entry bundle against its tile. Where they disagree, the tile above decides which of them is
 * wrong; at the right edge, where there is none, both versions are handed on. One thread each.
 */
final class LeafCheck {

  /** What came of one bundle; small, whatever its size. */
  static final class Leaves {
    final long index;
    final int width;
    final long bytes;
    final List<Finding> findings;

    /** The leaf hashes to go on with; of a full tile only its root. */
    final byte[] believed;

    /** The leaf hashes that the tile has, where the edge is not decided. */
    final byte @Nullable [] disagreeing;

    private Leaves(long index, int width, long bytes, List<Finding> findings, byte[] believed,
        byte @Nullable [] disagreeing) {
      this.index = index;
      this.width = width;
      this.bytes = bytes;
      this.findings = findings;
      this.believed = believed;
      this.disagreeing = disagreeing;
    }
  }

  private final VerifiedTiles source;
  private final SignedCheckpoint at;
  private final TreeHasher hasher = new TreeHasher();
  private final List<Finding> findings = new ArrayList<>();

  LeafCheck(VerifiedTiles source, SignedCheckpoint at) {
    this.source = source;
    this.at = at;
  }

  Leaves check(long index) {
    findings.clear();
    int width = Layout.width(0, index, at.size());
    byte[] fromEntries = null;
    byte[] fromTile = null;
    long bytes = 0;
    try {
      Bundle bundle = source.readBundle(index, width);
      bytes += bundle.length();
      fromEntries = bundle.leafHashes(hasher);
    } catch (ProofException e) {
      find(Layout.bundle(index, width), e);
    }
    try {
      fromTile = source.readTile(0, index, width);
      bytes += fromTile.length;
    } catch (ProofException e) {
      find(Layout.tile(0, index, width), e);
    }
    byte[] believed = fromEntries == null ? fromTile : fromEntries;
    byte[] disagreeing = null;
    if (fromEntries != null && fromTile != null && !Arrays.equals(fromEntries, fromTile)) {
      if (width < Layout.WIDTH) {
        disagreeing = fromTile;
      } else if (isInTileAbove(index, fromTile)) {
        findings.add(blameBundle(index, width, fromEntries, fromTile));
        believed = fromTile;
      } else {
        findings.add(blameTile(0, index, width, fromEntries, fromTile));
      }
    }
    if (believed == null) {
      believed = new byte[width * Hash.BYTES]; // both files are findings already
    }
    return new Leaves(index, width, bytes, List.copyOf(findings),
        width < Layout.WIDTH ? believed : root(believed), disagreeing);
  }

  private boolean isInTileAbove(long index, byte[] hashes) {
    long above = index / Layout.WIDTH;
    try {
      byte[] tile = source.readTile(1, above, Layout.width(1, above, at.size()));
      int offset = (int) (index % Layout.WIDTH) * Hash.BYTES;
      return Arrays.equals(root(hashes), 0, Hash.BYTES, tile, offset, offset + Hash.BYTES);
    } catch (ProofException e) {
      return false; // the tile above is reported when its turn comes
    }
  }

  private byte[] root(byte[] hashes) {
    return new HashTile(hashes, Layout.WIDTH, hasher).root().toByteArray();
  }

  private void find(String path, ProofException e) {
    findings.add(new Finding(path, OptionalLong.empty(), String.valueOf(e.getMessage())));
  }

  static Finding blameBundle(long index, int width, byte[] fromEntries, byte[] fromTile) {
    int i = Arrays.mismatch(fromEntries, fromTile) / Hash.BYTES;
    return new Finding(Layout.bundle(index, width), OptionalLong.of(index * Layout.WIDTH + i),
        "the entry hashes to " + Hash.at(fromEntries, i * Hash.BYTES) + ", the log committed to "
            + Hash.at(fromTile, i * Hash.BYTES));
  }

  static Finding blameTile(int level, long index, int width, byte[] computed, byte[] tile) {
    int i = Arrays.mismatch(computed, tile) / Hash.BYTES;
    long first = (index * Layout.WIDTH + i) << (8 * level);
    return new Finding(Layout.tile(level, index, width), OptionalLong.of(first),
        "hash " + i + " is " + Hash.at(tile, i * Hash.BYTES) + ", what is below it hashes to "
            + Hash.at(computed, i * Hash.BYTES));
  }
}

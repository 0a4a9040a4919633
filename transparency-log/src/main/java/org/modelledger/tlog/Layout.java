package org.modelledger.tlog;

import java.util.Locale;

/** Names and sizes of c2sp.org/tlog-tiles. */
final class Layout {

  static final String CHECKPOINT = "checkpoint";
  static final String TILES = "tile";

  /** Hashes in a full tile, entries in a full bundle. */
  static final int WIDTH = 256;
  static final int TILE_BYTES = WIDTH * Hash.BYTES;
  static final int MAX_ENTRY = 0xffff;
  static final int MAX_BUNDLE_BYTES = WIDTH * (2 + MAX_ENTRY);
  static final int MAX_CHECKPOINT_BYTES = 1_000_000;
  static final int MAX_LEVEL = 7;

  private Layout() {}

  static String tile(int level, long index, int width) {
    return TILES + "/" + level + "/" + index(index) + partial(width);
  }

  static String bundle(long index, int width) {
    return TILES + "/entries/" + index(index) + partial(width);
  }

  static String tilePartials(int level, long index) {
    return tile(level, index, WIDTH) + ".p";
  }

  static String bundlePartials(long index) {
    return bundle(index, WIDTH) + ".p";
  }

  private static String partial(int width) {
    return width == WIDTH ? "" : ".p/" + width;
  }

  // three digits to a path element, all but the last marked with an x
  private static String index(long index) {
    String path = String.format(Locale.ROOT, "%03d", index % 1000);
    for (long rest = index / 1000; rest > 0; rest /= 1000) {
      path = String.format(Locale.ROOT, "x%03d/", rest % 1000) + path;
    }
    return path;
  }

  /** Returns how many hashes a tile has in a tree of this size: 256, less at the edge, or none. */
  static int width(int level, long index, long size) {
    long hashes = hashes(level, size) - index * WIDTH;
    return (int) Math.max(0, Math.min(WIDTH, hashes));
  }

  /** Returns how many hashes all tiles of a level have together: {@code floor(size / 256^level)}. */
  static long hashes(int level, long size) {
    return size >>> (8 * level);
  }

  static String parent(String name) {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? "" : name.substring(0, slash);
  }
}

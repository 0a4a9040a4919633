package org.modelledger.tlog;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a file that c2sp.org/tlog-tiles serves. Only what has this form is ever looked for on the
 * disk: digits and the words of the specification have no way to name anything else.
 */
record PublicPath(String name, Kind kind) {

  /** What the file is, on which its headers depend. */
  enum Kind {
    CHECKPOINT, TILE, BUNDLE
  }

  // c2sp.org/tlog-tiles, Merkle Tree and Partial Tiles: <L> is 0 to 63, <N> has elements of three
  // digits, the last without an x, <W> is 1 to 255; 21 digits are more than 64 bits
  private static final Pattern TILE = Pattern.compile("tile/(entries|[1-5]?[0-9]|6[0-3])"
      + "/(x[0-9]{3}/){0,6}[0-9]{3}(\\.p/([1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?");

  /**
   * Returns the file that a part of a URL stands for.
   *
   * @param path what follows the log's prefix, as it came: nothing in it is decoded
   */
  static Optional<PublicPath> parse(String path) {
    if (path.equals(Layout.CHECKPOINT)) {
      return Optional.of(new PublicPath(path, Kind.CHECKPOINT));
    }
    if (!TILE.matcher(path).matches()) {
      return Optional.empty();
    }
    Kind kind = path.startsWith(Layout.TILES + "/entries/") ? Kind.BUNDLE : Kind.TILE;
    return Optional.of(new PublicPath(path, kind));
  }
}

package org.modelledger.tlog;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the files of a log are read from. Nothing it returns is trusted: {@link LogReader} checks all
 * of it against the log's key. Implementations are thread-safe; {@code toString} names the place.
 */
public interface TileSource {

  /**
   * Reads a file of the log.
   *
   * @param path as in c2sp.org/tlog-tiles, for example {@code checkpoint} or {@code tile/0/x001/000}
   * @param maxBytes what the caller is ready to take
   * @return empty if there is no such file
   * @throws IOException if it cannot be read now, or has more bytes than wanted
   */
  Optional<byte[]> read(String path, int maxBytes) throws IOException;

  /** Reads the log in a directory. No lock is needed, a writer may be at work on it. */
  static TileSource directory(Path directory) {
    return new StorageTileSource(LogStorage.directory(directory));
  }

  /**
   * Reads a log over HTTP: connections within 10 seconds, whole answers within 30, no redirects,
   * gzip where the server likes.
   *
   * @param base the log's prefix, with or without a slash at the end
   * @throws IllegalArgumentException if it is not an absolute http or https URI
   */
  static TileSource http(URI base) {
    return new HttpTileSource(base);
  }
}

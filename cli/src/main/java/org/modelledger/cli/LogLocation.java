package org.modelledger.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.modelledger.tlog.TileSource;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a log is read from.
 *
 * @param text a directory, or the URL of the log's prefix
 */
record LogLocation(String text) {

  /** Reads an argument; looks at nothing on the disk yet. */
  static final class Converter implements ITypeConverter<LogLocation> {

    @Override
    public LogLocation convert(String text) {
      LogLocation location = new LogLocation(text);
      if (location.isRemote()) {
        try {
          TileSource.http(URI.create(text));
        } catch (IllegalArgumentException e) {
          throw new TypeConversionException("'" + text + "': " + e.getMessage());
        }
      }
      return location;
    }
  }

  boolean isRemote() {
    return text.regionMatches(true, 0, "http://", 0, 7)
        || text.regionMatches(true, 0, "https://", 0, 8);
  }

  /**
   * Opens it; reads nothing yet.
   *
   * @throws IOException if it is a path, but of no directory
   */
  TileSource open() throws IOException {
    if (isRemote()) {
      return TileSource.http(URI.create(text));
    }
    Path directory = Path.of(text);
    if (!Files.isDirectory(directory)) {
      throw new IOException("'" + text + "' is not a directory"
          + (Files.exists(directory) ? "" : ": nothing is there"));
    }
    return TileSource.directory(directory);
  }
}

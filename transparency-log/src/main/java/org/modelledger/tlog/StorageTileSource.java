package org.modelledger.tlog;

import java.io.IOException;
import java.util.Optional;

/** Reads the public files of a storage. */
record StorageTileSource(LogStorage storage) implements TileSource {

  @Override
  public Optional<byte[]> read(String path, int maxBytes) throws IOException {
    return storage.read(path, maxBytes);
  }

  @Override
  public String toString() {
    return storage.toString();
  }
}

package org.modelledger.tlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.modelledger.tlog.LogStorage.OpenFile;

/**
 * Puts files in place: each appears whole or not at all, and none counts before {@link #sync()}. Not
 * thread-safe.
 */
final class TileWriter {

  static final String TEMPORARY = Wal.DIRECTORY + "/tmp";
  private static final int MAX_OPEN = 64;

  private record Written(OpenFile file, String temporary, String name) {}

  private final LogStorage storage;
  private final List<Written> written = new ArrayList<>();
  private final Set<String> known = new HashSet<>();
  private final Set<String> unsynced = new LinkedHashSet<>();

  TileWriter(LogStorage storage) {
    this.storage = storage;
  }

  void write(String name, byte[] bytes, int length) throws IOException {
    String temporary = TEMPORARY + "/" + written.size();
    OpenFile file = storage.create(temporary);
    written.add(new Written(file, temporary, name));
    file.write(ByteBuffer.wrap(bytes, 0, length), 0);
    if (written.size() == MAX_OPEN) {
      place();
    }
  }

  // All are written before the first is synced, so that the disk can take them together.
  private void place() throws IOException {
    storage.syncAll(written.stream().map(Written::file).toList());
    for (Written each : written) {
      each.file.close();
    }
    for (Written each : written) {
      String directory = Layout.parent(each.name);
      if (known.add(directory)) {
        storage.createDirectory(directory);
      }
      storage.rename(each.temporary, each.name);
      unsynced.add(directory);
    }
    written.clear();
  }

  /** Returns when every file written is on the disk under its name. */
  void sync() throws IOException {
    place();
    for (String directory : unsynced) {
      storage.syncDirectory(directory);
    }
    unsynced.clear();
  }

  void forget(String directory) {
    known.remove(directory);
  }

  void close() {
    for (Written each : written) {
      try {
        each.file.close();
      } catch (IOException e) {
        // the writer has failed already; this file never got its name
      }
    }
  }
}

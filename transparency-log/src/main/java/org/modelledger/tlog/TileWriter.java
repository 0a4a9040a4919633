package org.modelledger.tlog;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.modelledger.tlog.LogStorage.OpenFile;

/**
 * Puts files in place: each appears whole or not at all, and none counts before {@link #sync()}. Files
 * are written by the caller; threads behind it sync them, a few at a time, and give them their names.
 * For one thread.
 */
final class TileWriter {

  static final String TEMPORARY = Wal.DIRECTORY + "/tmp";

  /** How many files may be open and not yet in place. */
  private static final int MAX_OPEN = 256;

  private final LogStorage storage;
  private final ExecutorService threads;
  private final Queue<Future<?>> placing = new ArrayDeque<>();
  private final Set<String> known = new HashSet<>();
  private final Set<String> unsynced = new LinkedHashSet<>();
  private long temporaries;

  /**
   * @param threads sync files side by side, since a file system commits all that wait for it together;
   *     closed with this
   */
  TileWriter(LogStorage storage, ExecutorService threads) {
    this.storage = storage;
    this.threads = threads;
  }

  void write(String name, byte[] bytes, int length) throws IOException {
    while (placing.size() >= MAX_OPEN) {
      await(placing.remove());
    }
    String directory = Layout.parent(name);
    if (known.add(directory)) {
      storage.createDirectory(directory);
    }
    unsynced.add(directory);
    String temporary = TEMPORARY + "/" + temporaries++;
    OpenFile file = storage.create(temporary);
    try {
      file.write(ByteBuffer.wrap(bytes, 0, length), 0);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    placing.add(threads.submit(() -> {
      try (file) {
        file.sync();
      }
      storage.rename(temporary, name);
      return null;
    }));
  }

  private static void await(Future<?> placed) throws IOException {
    try {
      placed.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("a file could not be placed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while files were synced");
    }
  }

  /** Returns when every file written is on the disk under its name. */
  void sync() throws IOException {
    while (!placing.isEmpty()) {
      await(placing.remove());
    }
    for (String directory : unsynced) {
      storage.syncDirectory(directory);
    }
    unsynced.clear();
  }

  void forget(String directory) {
    known.remove(directory);
  }

  /** Returns when the threads have ended; what was not synced by then does not count. */
  void close() {
    threads.close();
  }
}

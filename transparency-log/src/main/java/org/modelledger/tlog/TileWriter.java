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
 * Puts files in place: each appears whole or not at all, and none counts before {@link #sync()}. Threads
 * behind it write and sync files, a few at a time. For one thread.
 */
final class TileWriter {

  static final String TEMPORARY = Wal.DIRECTORY + "/tmp";

  /** How many bytes may wait to be in place, unless a single file has more. */
  private static final int MAX_WAITING_BYTES = 1 << 24;

  private record Placing(Future<?> end, int bytes) {}

  private final LogStorage storage;
  private final ExecutorService threads;
  private final Queue<Placing> placing = new ArrayDeque<>();
  private final Set<String> known = new HashSet<>();
  private final Set<String> unsynced = new LinkedHashSet<>();
  private long waitingBytes;
  private long temporaries;

  /**
   * @param threads sync files side by side, since a file system commits all that wait for it together;
   *     closed with this
   */
  TileWriter(LogStorage storage, ExecutorService threads) {
    this.storage = storage;
    this.threads = threads;
  }

  /**
   * Begins to write a file.
   *
   * @param bytes nobody may change them any more
   */
  void write(String name, byte[] bytes, int length) throws IOException {
    while (!placing.isEmpty() && waitingBytes + length > MAX_WAITING_BYTES) {
      awaitOldest();
    }
    String directory = Layout.parent(name);
    if (known.add(directory)) {
      storage.createDirectory(directory);
    }
    unsynced.add(directory);
    String temporary = TEMPORARY + "/" + temporaries++;
    Future<?> end = threads.submit(() -> {
      try (OpenFile file = storage.create(temporary)) {
        file.write(ByteBuffer.wrap(bytes, 0, length), 0);
        file.sync();
      } catch (IOException e) {
        throw Text.failed(name, e);
      }
      storage.rename(temporary, name);
      return null;
    });
    placing.add(new Placing(end, length));
    waitingBytes += length;
  }

  private void awaitOldest() throws IOException {
    Placing oldest = placing.remove();
    waitingBytes -= oldest.bytes();
    try {
      oldest.end().get();
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
      awaitOldest();
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

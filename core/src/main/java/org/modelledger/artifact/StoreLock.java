package org.modelledger.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.modelledger.internal.hashing.Interrupts;

/**
 * One publisher at a time in a store, over all threads and processes. A lock of a file is held by a
 * process as a whole, and lost when the process closes that file anywhere: so the threads of this
 * process take turns first, and only the one whose turn it is opens the file.
 */
final class StoreLock {
  private static final ConcurrentMap<Path, ReentrantLock> TURNS = new ConcurrentHashMap<>();

  private final Path file;
  private final ReentrantLock turn;

  /** @param root the real path of the store */
  StoreLock(Path root) {
    file = root.resolve("lock");
    turn = TURNS.computeIfAbsent(root, key -> new ReentrantLock());
  }

  <T> T holding(StorageFailures.Action<T> body) throws InterruptedException {
    turn.lockInterruptibly();
    try (FileChannel channel = open()) {
      lock(channel); // until the channel is closed
      return body.run();
    } catch (IOException e) {
      Interrupts.rethrowIfInterrupted(e);
      throw StorageFailures.of("write the artifact store of", file, e);
    } finally {
      turn.unlock();
    }
  }

  private FileChannel open() throws InterruptedException {
    return StorageFailures.during("open the lock", file,
        () -> FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
  }

  private void lock(FileChannel channel) throws InterruptedException {
    StorageFailures.during("lock", file, channel::lock);
  }
}

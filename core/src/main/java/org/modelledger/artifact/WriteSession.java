package org.modelledger.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A directory for the temporary files of one write. The process that works in it holds the lock of a
 * file in it; when that can be had, the process is dead and what it left can go.
 *
 * <p>Beginning and cleaning up are done by the holder of the store's lock.
 */
final class WriteSession implements AutoCloseable {
  /** Sessions of this process, whose lock files it must not open again: see {@link StoreLock}. */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();
  private static final String LOCK = "lock";

  private final Path directory;
  private final FileChannel lock;
  private final AtomicLong files = new AtomicLong();

  private WriteSession(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  static WriteSession begin(Path tmp) throws IOException {
    Path directory = tmp.resolve(UUID.randomUUID().toString());
    OURS.add(directory);
    try {
      Files.createDirectory(directory);
      FileChannel lock = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
      lock.lock();
      return new WriteSession(directory, lock);
    } catch (IOException e) {
      deleteAll(directory);
      OURS.remove(directory);
      throw e;
    }
  }

  /** Returns a path that nothing lies at yet. */
  Path newFile() {
    return directory.resolve(Long.toString(files.getAndIncrement()));
  }

  /** Deletes what is still there. Failing to is no failure of the write: it is tried at opening. */
  @Override
  public void close() {
    try {
      deleteAll(directory);
      lock.close();
    } catch (IOException e) {
      // the next opening cleans up
    } finally {
      OURS.remove(directory);
    }
  }

  /** Deletes what dead processes left; says whether there was anything. */
  static boolean cleanUp(Path tmp) throws IOException {
    boolean found = false;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(tmp)) {
      for (Path entry : entries) {
        if (!OURS.contains(entry) && isAbandoned(entry)) {
          deleteAll(entry);
          found = true;
        }
      }
    }
    return found;
  }

  private static boolean isAbandoned(Path session) throws IOException {
    Path lock = session.resolve(LOCK);
    if (!Files.exists(lock)) {
      return true; // it died while it began
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      return channel.tryLock() != null;
    }
  }

  private static void deleteAll(Path session) throws IOException {
    if (Files.isDirectory(session)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(session)) {
        for (Path entry : entries) {
          if (!entry.endsWith(LOCK)) {
            Files.deleteIfExists(entry);
          }
        }
      }
      Files.deleteIfExists(session.resolve(LOCK)); // last: without it, the rest looks abandoned
    }
    Files.deleteIfExists(session);
  }
}

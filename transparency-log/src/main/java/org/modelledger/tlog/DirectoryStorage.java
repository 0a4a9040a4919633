package org.modelledger.tlog;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The storage on a real file system. */
final class DirectoryStorage implements LogStorage {

  // Closing any descriptor of a file drops all POSIX locks that the process has on it, so a second
  // writer in this JVM must be turned away before it opens the lock file.
  private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

  private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  private static final int MAX_WRITE_BYTES = 1 << 20;

  private final Path root;

  DirectoryStorage(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  private Path path(String name) {
    return name.isEmpty() ? root : root.resolve(name);
  }

  @Override
  public Closeable lock(String name) throws IOException {
    Path real = root.toRealPath().resolve(name);
    if (!LOCKED.add(real)) {
      throw new LogLockedException(toString());
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new LogLockedException(toString());
      }
      locked = true;
    } finally {
      if (!locked) {
        LOCKED.remove(real);
        if (channel != null) {
          channel.close();
        }
      }
    }
    FileChannel held = channel;
    return () -> {
      try {
        held.close();
      } finally {
        LOCKED.remove(real);
      }
    };
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // the holder is a copy of this class in another class loader
    }
  }

  @Override
  public List<String> list(String directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path(directory))) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  @Override
  public Optional<byte[]> read(String name, int maxBytes) throws IOException {
    return read(path(name), maxBytes);
  }

  static Optional<byte[]> read(Path path, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw new IOException(path + " has more than " + maxBytes + " bytes");
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public OpenFile create(String name) throws IOException {
    Path path = path(name);
    try {
      return createNew(path);
    } catch (FileAlreadyExistsException e) {
      Files.delete(path);
      return createNew(path);
    }
  }

  private static OpenFile createNew(Path path) throws IOException {
    return new ChannelFile(
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(path(name));
  }

  @Override
  public void createDirectory(String name) throws IOException {
    createDirectory(path(name));
  }

  private void createDirectory(Path directory) throws IOException {
    Path parent = directory.getParent();
    boolean existed = Files.isDirectory(directory);
    if (parent != null && (!existed || directory.startsWith(root) && !directory.equals(root))) {
      createDirectory(parent);
    }
    if (!existed) {
      try {
        Files.createDirectory(directory);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(directory)) {
          throw e;
        }
      }
    }
    if (parent != null && (!existed || directory.startsWith(root))) {
      syncName(parent, existed);
    }
  }

  // Also where the directory was there: a writer that was killed may not have come to this.
  private static void syncName(Path parent, boolean existed) throws IOException {
    try {
      sync(parent);
    } catch (AccessDeniedException e) {
      if (!existed) {
        throw e;
      }
    }
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    sync(path(name));
  }

  private static void sync(Path directory) throws IOException {
    if (WINDOWS) {
      return; // has no handle to sync a directory by; NTFS journals names in order
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }

  private record ChannelFile(FileChannel channel) implements OpenFile {

    // The JDK keeps, for each thread, a copy outside the heap as large as the largest write.
    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      int end = bytes.limit();
      long at = position;
      while (bytes.position() < end) {
        bytes.limit(Math.min(end, bytes.position() + MAX_WRITE_BYTES));
        at += channel.write(bytes, at);
      }
    }

    @Override
    public void sync() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}

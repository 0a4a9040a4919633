package org.modelledger.ml.tensorflow;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.modelledger.model.FileNames;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.StorageException;

/**
 * A new directory that only this user may enter, for a runtime that takes files and no bytes. It lives as long as
 * it is being used; closing deletes it.
 */
final class PrivateDirectory implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path path;

  private PrivateDirectory(Path path) {
    this.path = path;
  }

  static PrivateDirectory create() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] onlyThisUser = posix
        ? new FileAttribute<?>[]{
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
        : new FileAttribute<?>[0];
    try {
      return new PrivateDirectory(
          Files.createTempDirectory("modelledger-tensorflow", onlyThisUser));
    } catch (IOException e) {
      throw new StorageException("create directory",
          Path.of(System.getProperty("java.io.tmpdir", "")),
          e);
    }
  }

  Path path() {
    return path;
  }

  /**
   * Writes all files, each read to its end, and so verified where the files verify themselves.
   *
   * @throws StorageException if one cannot be read or written
   */
  void write(ModelFiles files) {
    for (String name : files.names()) {
      Path file = path.resolve(FileNames.check(name));
      try {
        Files.createDirectories(file.getParent());
      } catch (IOException e) {
        throw new StorageException("create directory for", file, e);
      }
      try (InputStream in = files.open(name);
          OutputStream out = Files.newOutputStream(file)) {
        copy(in, name, out);
      } catch (IOException e) {
        throw new StorageException("write", file, e);
      }
    }
  }

  private static void copy(InputStream in, String name, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = read(in, name, buffer); count >= 0; count = read(in, name, buffer)) {
      out.write(buffer, 0, count);
    }
  }

  private static int read(InputStream in, String name, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new StorageException("cannot read " + name + " of the model: " + e.getMessage(), e);
    }
  }

  /** @throws StorageException if something of it cannot be deleted */
  @Override
  public void close() {
    try {
      Files.walkFileTree(path, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
            throws IOException {
          Files.delete(file);
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory,
            @org.jspecify.annotations.Nullable IOException failure) throws IOException {
          if (failure != null) {
            throw failure;
          }
          Files.delete(directory);
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException e) {
      throw new StorageException("delete", path, e);
    }
  }
}

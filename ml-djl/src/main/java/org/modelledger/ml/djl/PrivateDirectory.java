package org.modelledger.ml.djl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A fresh directory that only this user may enter, for what a runtime reads from a path alone. It is deleted when it is closed.
 * Whoever may act as this user may change what lies in it; against others it holds.
 */
final class PrivateDirectory implements AutoCloseable {
  private static final String PREFIX = "modelledger-djl-";

  private final Path path;

  PrivateDirectory() throws IOException {
    this.path = Files.createTempDirectory(PREFIX, attributes());
  }

  private static FileAttribute<?>[] attributes() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[]{
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
        : new FileAttribute<?>[0];
  }

  Path path() {
    return path;
  }

  Path write(String name, byte[] bytes) throws IOException {
    return Files.write(path.resolve(name), bytes);
  }

  /** @param name relative, with slashes */
  void write(String name, InputStream bytes) throws IOException {
    Path file = path.resolve(name).normalize();
    if (!file.startsWith(path)) {
      throw new IOException(name + " is outside the directory");
    }
    Files.createDirectories(file.getParent());
    Files.copy(bytes, file);
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(path)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

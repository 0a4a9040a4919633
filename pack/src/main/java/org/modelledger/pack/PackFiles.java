package org.modelledger.pack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.modelledger.model.StorageException;

/**
 * The files of a pack while it is written: aside, until all of them are there. Several threads may write
 * different files.
 */
final class PackFiles implements AutoCloseable {
  private final Path target;
  private final Path aside;

  /** @throws StorageException if there is something in the target's place, or no directory to put it */
  PackFiles(Path directory) {
    this.target = directory.toAbsolutePath().normalize();
    this.aside = target
        .resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      if (Files.exists(target)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Files.createDirectory(aside);
    } catch (IOException e) {
      throw new StorageException("write the pack", target, e);
    }
  }

  /** Returns where the files are for the time being. */
  Path directory() {
    return aside;
  }

  void write(String name, String text) {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  void write(String name, byte[] content) {
    Path file = aside.resolve(name);
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      var unused = Files.write(file, content, StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new StorageException("write", file, e);
    }
  }

  /** Returns the directory of this name; makes the one around it. */
  Path around(String name) {
    Path directory = aside.resolve(name);
    try {
      Files.createDirectories(Objects.requireNonNull(directory.getParent()));
    } catch (IOException e) {
      throw new StorageException("create directory", directory, e);
    }
    return directory;
  }

  /** Puts everything into its place, at once. */
  void publish() {
    try {
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new StorageException("write the pack", target, e);
    }
  }

  /** Removes what was not published. */
  @Override
  public void close() {
    deleteTree(aside);
  }

  static void deleteTree(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(directory)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new StorageException("delete", directory, e);
    }
  }
}

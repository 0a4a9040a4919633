package org.modelledger.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The files of one model, as a trainer leaves them and an engine takes them.
 *
 * <p>A file name is relative, its segments joined by {@code /}, none of them empty, {@code .} or
 * {@code ..}; no backslash, no control character. Instances are safe for use by several threads.
 * Each {@link #open} starts anew at the first byte.
 *
 * <p>Files that come out of an artifact store are verified: reading them to the end either yields
 * exactly the bytes that were registered or fails with a {@link ModelFormatException}. So take what
 * was read as true only after its end was reached, which {@link #read} does.
 */
public interface ModelFiles {
  /** Returns the names of all files, in the order of their UTF-16 code units; never empty. */
  SortedSet<String> names();

  /**
   * Returns the length of a file.
   *
   * @return bytes
   * @throws IllegalArgumentException if there is no such file; names those there are
   */
  long size(String name);

  /**
   * Opens a file for reading from its first byte.
   *
   * @return a stream that the caller closes
   * @throws IllegalArgumentException if there is no such file
   * @throws StorageException if it cannot be opened
   */
  InputStream open(String name);

  /**
   * Reads a whole file into memory.
   *
   * @return a new array
   * @throws IllegalArgumentException if there is no such file
   * @throws ModelFormatException if its content is not what was registered, or longer than an array
   * @throws StorageException if it cannot be read
   */
  default byte[] read(String name) {
    long size = size(name);
    if (size > Integer.MAX_VALUE - 8) {
      throw new ModelFormatException(
          name + " has " + size + " bytes: too long to read as one array; open it as a stream");
    }
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new StorageException("cannot read " + name + " of the model: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the directory in which the files lie under their names, for runtimes that can only load
   * from paths. What lies there is not verified while it is read.
   */
  default Optional<Path> directory() {
    return Optional.empty();
  }

  /**
   * Returns files that are held in memory.
   *
   * @param content the bytes by name; copied
   * @throws IllegalArgumentException if it is empty or a name is not a relative file name
   */
  static ModelFiles of(Map<String, byte[]> content) {
    return new InMemoryFiles(content);
  }
}

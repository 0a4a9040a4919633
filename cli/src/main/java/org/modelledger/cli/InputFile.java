package org.modelledger.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.modelledger.model.StorageException;

/** Reads files that the command line names. Each method throws a {@link StorageException} that names the file. */
final class InputFile {

  /** Returns something of a file. */
  interface Reading<T> {
    T of(Path file) throws IOException;
  }

  private InputFile() {}

  static byte[] bytes(Path file) {
    return read(file, Files::readAllBytes);
  }

  static String text(Path file) {
    return read(file, Files::readString);
  }

  static <T> T read(Path file, Reading<T> reading) {
    try {
      return reading.of(file);
    } catch (IOException e) {
      throw new StorageException("read", file, e);
    }
  }
}

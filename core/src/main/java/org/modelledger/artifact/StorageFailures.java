package org.modelledger.artifact;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.modelledger.internal.hashing.Interrupts;
import org.modelledger.model.StorageException;

/** Turns what the file system says into what the caller can do about it. */
final class StorageFailures {
  private StorageFailures() {}

  /** Something that changes or reads the disk. */
  interface Action<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Runs it; its failure says what was being done to what. */
  static <T> T during(String action, Path path, Action<T> body) throws InterruptedException {
    try {
      return body.run();
    } catch (IOException e) {
      Interrupts.rethrowIfInterrupted(e);
      throw of(action, path, e);
    }
  }

  static StorageException of(String action, Path path, IOException cause) {
    if (saysFull(cause) || (action.startsWith("write") && hasNoSpace(path))) {
      return new DiskFullException(action, path, cause);
    }
    if (cause instanceof AccessDeniedException) {
      return new StorageException("cannot " + action + " " + path + ": permission denied", cause);
    }
    if (cause instanceof NoSuchFileException missing) {
      return new StorageException(
          "cannot " + action + " " + path + ": there is no " + missing.getFile(), cause);
    }
    return new StorageException(action, path, cause);
  }

  /** The words of ENOSPC and EDQUOT on POSIX systems and of their like on Windows. */
  private static boolean saysFull(IOException cause) {
    String said = cause.getMessage();
    if (cause instanceof FileSystemException of && of.getReason() != null) {
      said = of.getReason();
    }
    if (said == null) {
      return false;
    }
    String words = said.toLowerCase(Locale.ROOT);
    return words.contains("no space left") || words.contains("quota exceeded")
        || words.contains("not enough space");
  }

  /** For systems that speak another language. */
  private static boolean hasNoSpace(Path path) {
    try {
      Path existing = existing(path);
      return existing != null && Files.getFileStore(existing).getUsableSpace() == 0;
    } catch (IOException e) {
      return false; // the first failure says more than this one
    }
  }

  private static @Nullable Path existing(Path path) {
    Path at = path.toAbsolutePath();
    while (at != null && !Files.exists(at)) {
      at = at.getParent();
    }
    return at;
  }
}

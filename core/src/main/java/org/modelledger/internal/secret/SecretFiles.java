package org.modelledger.internal.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;

/** Reads and creates files that hold a secret: mode 0600, complete or absent. */
public final class SecretFiles {
  private static final long MAX_BYTES = 64 << 20;
  private static final Set<PosixFilePermission> OWNER_ONLY = Set.of(PosixFilePermission.OWNER_READ,
      PosixFilePermission.OWNER_WRITE);

  private SecretFiles() {}

  /**
   * Reads a secret, or makes a new one and stores it durably. If two processes do so at once, both
   * get the one that was there first.
   *
   * @throws ConfigurationException if others than the owner may read the file
   * @throws StorageException if it cannot be read or written
   */
  public static byte[] readOrCreate(Path file, Supplier<byte[]> fresh) {
    try {
      if (!Files.exists(file)) {
        create(file, fresh.get());
      }
      return read(file);
    } catch (IOException e) {
      throw new StorageException("read or create", file, e);
    }
  }

  /** Creates a directory that only its owner may enter; leaves one that exists as it is. */
  public static void createDirectory(Path directory) {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, attributes(directory, "rwx------"));
      }
    } catch (IOException e) {
      throw new StorageException("create directory", directory, e);
    }
  }

  /**
   * Refuses a file that others than its owner may use, where the file system knows of owners.
   *
   * @throws ConfigurationException if they may; names the file and its permissions
   */
  public static void requireOwnerOnly(Path file) {
    try {
      checkPermissions(file);
    } catch (IOException e) {
      throw new StorageException("read", file, e);
    }
  }

  private static void checkPermissions(Path file) throws IOException {
    if (isPosix(file)) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (!OWNER_ONLY.containsAll(permissions)) {
        throw new ConfigurationException("others than its owner may use the secret file " + file
            + ": its permissions are " + PosixFilePermissions.toString(permissions)
            + ", expected rw-------");
      }
    }
  }

  private static byte[] read(Path file) throws IOException {
    checkPermissions(file);
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new ConfigurationException(
          file + " has " + size + " bytes; expected at most " + MAX_BYTES);
    }
    return Files.readAllBytes(file);
  }

  private static void create(Path file, byte[] secret) throws IOException {
    Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
    createDirectory(directory);
    Path aside = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      try (FileChannel channel = FileChannel.open(aside,
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
          attributes(file, "rw-------"))) {
        ByteBuffer bytes = ByteBuffer.wrap(secret);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      link(aside, file);
      if (isPosix(file)) {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
          names.force(true);
        }
      }
    } catch (FileAlreadyExistsException e) {
      // another process was first: its secret counts
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  /** A link, unlike a move, never replaces the secret that another process has put there. */
  private static void link(Path aside, Path file) throws IOException {
    try {
      Files.createLink(file, aside);
    } catch (UnsupportedOperationException e) {
      Files.move(aside, file);
    }
  }

  private static FileAttribute<?>[] attributes(Path path, String permissions) {
    return isPosix(path)
        ? new FileAttribute<?>[]{
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))}
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}

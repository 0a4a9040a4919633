package org.modelledger.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import org.modelledger.internal.hashing.FileHashing;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;

/**
 * The files of a store by the digests of their plain bytes, each as it is or encrypted. Where both are
 * there, the encrypted one counts.
 */
final class Blobs {
  private static final String SEALED = ".sealed";

  private final Path directory;
  private final BlobKeys keys;
  private final Disk disk;

  Blobs(Path directory, BlobKeys keys, Disk disk) {
    this.directory = directory;
    this.keys = keys;
    this.disk = disk;
  }

  Path directory() {
    return directory;
  }

  /**
   * Refuses a store that has encrypted files and has lost their key: it would take the next ones in the clear,
   * or under a new key that does not fit the old ones.
   */
  void requireKeyOfSealed() throws IOException {
    try (DirectoryStream<Path> sealed = Files.newDirectoryStream(directory, "*" + SEALED)) {
      if (sealed.iterator().hasNext() && !keys.exist()) {
        throw keys.missing();
      }
    }
  }

  /** What was written aside: where, in which form, and what it is. */
  record Written(Path file, boolean sealed, FileHashing.Copied copied) {}

  /** Writes a file aside, encrypted if this store is, and makes it durable. */
  Written write(Path aside, ModelFiles files, String name) throws InterruptedException {
    return StorageFailures.during("write", aside, () -> {
      boolean sealed = keys.exist();
      try (Disk.NewFile file = disk.create(aside)) {
        FileHashing.Copied copied = sealed
            ? seal(files, name, keys.cipher().writer(file), aside)
            : FileHashing.copy(name, () -> files.open(name), sink(aside, file::write));
        file.sync();
        return new Written(aside, sealed, copied);
      }
    });
  }

  private static FileHashing.Copied seal(ModelFiles files, String name, BlobCipher.Writer writer,
      Path aside) throws IOException, InterruptedException {
    FileHashing.Copied copied = FileHashing.copy(name, () -> files.open(name),
        sink(aside, writer::write));
    writer.finish(copied.digest(), copied.size());
    return copied;
  }

  private interface Write {
    void bytes(ByteBuffer bytes) throws IOException;
  }

  private static FileHashing.Sink sink(Path path, Write write) {
    return bytes -> {
      var unused = StorageFailures.during("write", path, () -> {
        write.bytes(bytes);
        return path;
      });
    };
  }

  /** Puts a file in its place, over one that is already there: it is the same, or damaged. */
  void publish(Written written) throws IOException {
    Digest digest = written.copied().digest();
    disk.publish(written.file(), written.sealed() ? sealed(digest) : plain(digest));
  }

  /** Makes what was published durable, and deletes what is there encrypted by now. */
  void settle(Iterable<Written> published) throws IOException {
    disk.syncDirectory(directory);
    for (Written written : published) {
      if (written.sealed()) {
        Files.deleteIfExists(plain(written.copied().digest()));
      }
    }
  }

  private Path plain(Digest digest) {
    return directory.resolve(digest.hex());
  }

  private Path sealed(Digest digest) {
    return directory.resolve(digest.hex() + SEALED);
  }

  /**
   * Opens the plain bytes. Encrypted ones are authenticated; the digest of others is for the caller to
   * check.
   *
   * @param name for messages
   */
  InputStream open(String name, Digest digest, long size) throws IOException {
    try {
      return openSealed(name, digest, size, 0);
    } catch (NoSuchFileException e) {
      return openPlain(name, digest, size);
    }
  }

  private InputStream openPlain(String name, Digest digest, long size) throws IOException {
    try {
      return Files.newInputStream(plain(digest));
    } catch (NoSuchFileException e) {
      if (Files.exists(sealed(digest))) { // it has been encrypted just now
        return openSealed(name, digest, size, 0);
      }
      throw e;
    }
  }

  /** Opens an encrypted file at a place. */
  InputStream openSealed(String name, Digest digest, long size, long from) throws IOException {
    Path path = sealed(digest);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return DecryptedStream.openChecked(
        new DecryptedStream.Source(keys.cipher(), path, name, digest, size), from);
  }

  /**
   * Deletes what nobody names, and plain files that are there encrypted, too.
   *
   * @param named digests in hexadecimal
   */
  void clean(Set<String> named) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path blob : all) {
        String name = String.valueOf(blob.getFileName());
        String hex = name.endsWith(SEALED)
            ? name.substring(0, name.length() - SEALED.length())
            : name;
        boolean twice = name.equals(hex) && Files.exists(blob.resolveSibling(hex + SEALED));
        if (twice || !named.contains(hex)) {
          Files.delete(blob);
        }
      }
    }
  }
}

package org.modelledger.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.modelledger.artifact.ManifestCodec.SizedFile;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.encryption.KeyRotation;
import org.modelledger.internal.envelope.Envelope;
import org.modelledger.internal.hashing.FileHashing;
import org.modelledger.internal.hashing.Parallel;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/**
 * Keeps artifacts in a directory under their OMS root digests, and the signed statements about them
 * under theirs. Equal files are kept once. The layout is in docs/formats/artifact-store.md.
 *
 * <p>An artifact is there completely or not at all: files are written aside, made durable and only
 * then published, the one that names them all last. What a killed process left unpublished is deleted
 * when a store is opened next.
 *
 * <p>Safe for use by several threads and several processes at once, on file systems with working file
 * locks. Holds no resources between calls, so there is nothing to close. Methods that go through
 * whole artifacts work on all cores in memory that does not depend on the size of the files, and can
 * be interrupted.
 */
public final class ArtifactStore {
  private static final int MAX_STATEMENT_BYTES = 64 << 20;

  private final Path root;
  private final Path blobs;
  private final Path artifacts;
  private final Path statements;
  private final Path tmp;
  private final StoreLock lock;
  private final Disk disk;
  private final BlobKeys keys;
  private final Blobs content;

  private ArtifactStore(Path root, Disk disk, Optional<Envelope> envelope) {
    this.root = root;
    this.disk = disk;
    blobs = root.resolve("blobs");
    keys = new BlobKeys(root.resolve("keys"), envelope);
    content = new Blobs(blobs, keys, disk);
    artifacts = root.resolve("artifacts");
    statements = root.resolve("statements");
    tmp = root.resolve("tmp");
    lock = new StoreLock(root);
  }

  /**
   * Opens the store in a directory, creating it where there is none, and cleans up after processes
   * that were killed while they wrote. A store that this process may only read can be read.
   *
   * @throws StorageException if the directory cannot be created or read
   */
  public static ArtifactStore open(Path root) {
    return open(root, Disk.real(), Optional.empty());
  }

  /**
   * Opens a store that may be encrypted; see {@link #open(Path)}. Files go into it as they always did:
   * encrypted if {@link #openEncrypted} was ever called for it, and as they are if not.
   *
   * @param keys wrap the key that encrypts the files
   * @throws ModelFormatException if there are encrypted files and their key is missing; names its file
   */
  public static ArtifactStore open(Path root, KeyManagement keys) {
    return open(root, Disk.real(), Optional.of(new Envelope(keys)));
  }

  /**
   * Opens a store that encrypts files from now on, whoever opens it; see {@link #open(Path)}. Files that
   * are in it already are read as they are, and replaced when they are {@linkplain #ingest stored} again.
   * Digests, names and statements are not encrypted.
   *
   * @param keys wrap the key that encrypts the files
   * @throws org.modelledger.encryption.KeyUnavailableException if the store's key is not made yet and
   *     cannot be wrapped
   */
  public static ArtifactStore openEncrypted(Path root, KeyManagement keys) {
    ArtifactStore store = open(root, keys);
    try {
      var unused = store.lock.holding(() -> {
        store.keys.create();
        return true;
      });
      return store;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("interrupted while opening the artifact store " + root, e);
    }
  }

  static ArtifactStore open(Path root, Disk disk) {
    return open(root, disk, Optional.empty());
  }

  static ArtifactStore open(Path root, Disk disk, Optional<Envelope> envelope) {
    Objects.requireNonNull(root, "root");
    try {
      Files.createDirectories(root);
      ArtifactStore store = new ArtifactStore(root.toRealPath(), disk, envelope);
      for (Path part : List.of(store.blobs, store.artifacts, store.statements, store.tmp)) {
        if (!Files.isDirectory(part)) {
          Files.createDirectories(part); // another process may just have been first
        }
      }
      if (Files.isWritable(store.tmp) && Files.isWritable(store.root)) {
        store.lock.holding(() -> {
          if (WriteSession.cleanUp(store.tmp)) {
            store.deleteUnnamedBlobs();
          }
          return true;
        });
      }
      store.content.requireKeyOfSealed();
      return store;
    } catch (IOException e) {
      throw StorageFailures.of("write the artifact store", root, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("interrupted while opening the artifact store " + root, e);
    }
  }

  /**
   * Stores the files of a directory; see {@link #ingest(ModelFiles)}.
   *
   * @throws ArtifactRefusedException also for a symbolic link or special file; names it
   */
  public StoredArtifact ingest(Path directory) throws InterruptedException {
    return ingest(DirectoryFiles.of(directory));
  }

  /**
   * Stores files, except for {@link ArtifactManifest#isGitPath git's own}, which OMS tools do not
   * count. Idempotent, also for an artifact whose stored files were damaged: they are replaced.
   *
   * @return the artifact, durable and visible to every process
   * @throws ArtifactRefusedException if there is no file, names collide, or the same contents are
   *     stored under other names and so have the same digest
   * @throws org.modelledger.model.InvalidNameException if a name is outside the grammar of file names
   * @throws DiskFullException if there is no space
   * @throws StorageException if something cannot be read or written; nothing is visible of it
   * @throws InterruptedException if interrupted; nothing is visible of it
   */
  public StoredArtifact ingest(ModelFiles files) throws InterruptedException {
    List<String> names = files.names()
        .stream()
        .filter(name -> !ArtifactManifest.isGitPath(name))
        .toList();
    checkNames(names);
    try (WriteSession session = lock.holding(() -> WriteSession.begin(tmp))) {
      List<Staged> staged = Parallel.map(names, files::size,
          name -> stage(session.newFile(), files, name));
      return lock.holding(() -> publish(session, staged));
    }
  }

  /**
   * Looks an artifact up.
   *
   * @throws ModelFormatException if its list of files is damaged
   * @throws StorageException if it cannot be read
   */
  public Optional<StoredArtifact> find(Digest artifact) {
    Path path = manifestPath(artifact);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StorageFailures.of("read", path, e);
    }
    StoredArtifact stored = stored(ManifestCodec.decode(root.relativize(path).toString(), bytes));
    if (!stored.digest().equals(artifact)) {
      throw new ArtifactCorruptException(root.relativize(path).toString(), artifact,
          stored.digest());
    }
    return Optional.of(stored);
  }

  /**
   * Returns an artifact for reading.
   *
   * @throws ArtifactNotFoundException if there is none of this digest
   * @throws ModelFormatException if its list of files is damaged
   * @throws StorageException if it cannot be read
   */
  public StoredArtifact open(Digest artifact) {
    return find(artifact)
        .orElseThrow(() -> new ArtifactNotFoundException("artifact", artifact, root));
  }

  /**
   * Reads every byte of an artifact and compares.
   *
   * @return what was found to be true
   * @throws ArtifactNotFoundException if there is none of this digest
   * @throws ArtifactCorruptException if a file is not what was stored; names it
   * @throws StorageException if a file is missing or cannot be read
   */
  public ArtifactManifest verify(Digest artifact) throws InterruptedException {
    StoredArtifact stored = open(artifact);
    Parallel.map(stored.names(), stored::size, name -> {
      stored.copy(name, null);
      return name;
    });
    return stored.manifest();
  }

  /**
   * Copies an artifact into a directory, for a tool that needs paths, comparing every byte on the
   * way. The directory appears at once and complete.
   *
   * @param directory does not exist, or is empty; its parent exists
   * @throws ArtifactNotFoundException if there is none of this digest
   * @throws ArtifactCorruptException if a file is not what was stored; names it
   * @throws StorageException if it cannot be read or written, or the directory is not empty
   */
  public void export(Digest artifact, Path directory) throws InterruptedException {
    StoredArtifact stored = open(artifact);
    Path target = directory.toAbsolutePath().normalize();
    Path aside = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    StorageFailures.during("write", target, () -> {
      try {
        Files.createDirectory(aside);
        for (String name : stored.names()) {
          Files.createDirectories(Objects.requireNonNull(aside.resolve(name).getParent()));
        }
        Parallel.map(stored.names(), stored::size, name -> {
          write(aside.resolve(name), sink -> {
            stored.copy(name, sink);
            return name;
          });
          return name;
        });
        disk.publish(aside, target);
        disk.syncDirectory(Objects.requireNonNull(target.getParent()));
        return target;
      } finally {
        deleteTree(aside);
      }
    });
  }

  /**
   * Stores a signed statement about an artifact, or a bundle, byte for byte. Idempotent.
   *
   * @param statement at most 64 MiB; not retained
   * @return its SHA-256, which is the statement digest that a ledger registers
   * @throws IllegalArgumentException if it is too long
   * @throws DiskFullException if there is no space
   * @throws StorageException if it cannot be written; nothing is visible of it
   */
  public Digest putStatement(byte[] statement) throws InterruptedException {
    if (statement.length > MAX_STATEMENT_BYTES) {
      throw new IllegalArgumentException("a statement of " + statement.length
          + " bytes is too long; at most " + MAX_STATEMENT_BYTES + " are stored");
    }
    Digest digest = Digest.sha256(statement);
    lock.holding(() -> {
      try (WriteSession session = WriteSession.begin(tmp)) {
        writeAndPublish(session, statement, statements.resolve(digest.hex()));
        return digest;
      }
    });
    return digest;
  }

  /**
   * Looks a statement up.
   *
   * @return a new array, whose SHA-256 is this digest
   * @throws ArtifactCorruptException if what is stored has another digest
   * @throws StorageException if it cannot be read
   */
  public Optional<byte[]> statement(Digest digest) {
    Path path = statements.resolve(digest.hex());
    try {
      byte[] bytes = Files.readAllBytes(path);
      Digest found = Digest.sha256(bytes);
      if (!found.equals(digest)) {
        throw new ArtifactCorruptException(root.relativize(path).toString(), digest, found);
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StorageFailures.of("read", path, e);
    }
  }

  /** Says whether files that are stored from now on are encrypted. */
  public boolean isEncrypted() {
    return keys.exist();
  }

  /**
   * Wraps the key that encrypts the files anew, under the current key of the key management. No file is
   * written for that.
   *
   * @return what it came to; nothing if the store is not encrypted
   * @throws org.modelledger.spi.ConfigurationException if the store was opened without keys
   * @throws org.modelledger.encryption.KeyUnavailableException if a key is gone or cannot be reached
   * @throws ModelFormatException if the key does not decrypt; names its file
   * @throws StorageException if it cannot be read or written
   */
  public KeyRotation rewrapKeys() throws InterruptedException {
    return StorageFailures.during("write the key of", root, () -> lock.holding(keys::rewrap));
  }

  @Override
  public String toString() {
    return "ArtifactStore[" + root + "]";
  }

  /** A file that is written and durable, but not yet published. */
  private record Staged(Blobs.Written written, SizedFile entry) {}

  private Staged stage(Path file, ModelFiles from, String name) throws InterruptedException {
    Blobs.Written written = content.write(file, from, name);
    return new Staged(written,
        new SizedFile(name, written.copied().size(), written.copied().digest()));
  }

  private interface Writing<T> {
    T to(FileHashing.Sink sink) throws InterruptedException;
  }

  /** Writes a new file and makes it durable. */
  private <T> T write(Path path, Writing<T> writing) throws InterruptedException {
    return StorageFailures.during("write", path, () -> {
      try (Disk.NewFile file = disk.create(path)) {
        T result = writing.to(bytes -> StorageFailures.during("write", path, () -> {
          file.write(bytes);
          return path;
        }));
        file.sync();
        return result;
      }
    });
  }

  private StoredArtifact publish(WriteSession session, List<Staged> staged)
      throws IOException, InterruptedException {
    List<SizedFile> entries = staged.stream()
        .map(Staged::entry)
        .sorted(Comparator.comparing(SizedFile::name, ArtifactManifest.NAME_ORDER))
        .toList();
    StoredArtifact artifact = stored(entries);
    refuseOtherNames(artifact.manifest());
    for (Staged file : staged) {
      content.publish(file.written());
    }
    content.settle(staged.stream().map(Staged::written).toList());
    writeAndPublish(session, ManifestCodec.encode(entries), manifestPath(artifact.digest()));
    return artifact;
  }

  private void writeAndPublish(WriteSession session, byte[] content, Path target)
      throws IOException, InterruptedException {
    Path aside = session.newFile();
    write(aside, sink -> {
      sink.write(ByteBuffer.wrap(content));
      return target;
    });
    disk.publish(aside, target);
    disk.syncDirectory(Objects.requireNonNull(target.getParent()));
  }

  private void refuseOtherNames(ArtifactManifest manifest) {
    Optional<StoredArtifact> existing;
    try {
      existing = find(manifest.digest());
    } catch (ModelFormatException e) {
      return; // damaged: it is replaced
    }
    if (existing.isPresent() && !existing.get().manifest().equals(manifest)) {
      throw new ArtifactRefusedException(
          manifest.digest() + " is already stored under other file names, which its digest does not"
              + " cover: " + existing.get().manifest().differences(manifest));
    }
  }

  private StoredArtifact stored(List<SizedFile> entries) {
    Map<String, StoredArtifact.StoredFile> byName = new HashMap<>();
    for (SizedFile entry : entries) {
      byName.put(entry.name(), new StoredArtifact.StoredFile(entry.size(), entry.digest()));
    }
    return new StoredArtifact(new ArtifactManifest(
        entries.stream().map(entry -> new ArtifactFile(entry.name(), entry.digest())).toList()),
        content, byName);
  }

  /** A process that died while publishing leaves files that no artifact names. */
  private void deleteUnnamedBlobs() throws IOException {
    Set<String> named = new HashSet<>();
    try (DirectoryStream<Path> manifests = Files.newDirectoryStream(artifacts)) {
      for (Path manifest : manifests) {
        ManifestCodec.decode(root.relativize(manifest).toString(), Files.readAllBytes(manifest))
            .forEach(file -> named.add(file.digest().hex()));
      }
    } catch (ModelFormatException e) {
      return; // nobody knows what a damaged one names: rather keep too much
    }
    content.clean(named);
  }

  private static void checkNames(List<String> names) {
    Digest none = Digest.sha256(new byte[0]);
    new ArtifactManifest(names.stream().map(name -> new ArtifactFile(name, none)).toList());
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          deleteTree(entry);
        } else {
          Files.delete(entry);
        }
      }
    }
    Files.delete(directory);
  }

  private Path manifestPath(Digest artifact) {
    return artifacts.resolve(artifact.hex() + ".json");
  }
}

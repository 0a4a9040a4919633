package org.modelledger.artifact;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.modelledger.internal.hashing.FileHashing;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.StorageException;

/**
 * An artifact in a store. Whoever reads a file reads the bytes that were hashed: a file of up to 8
 * MiB is checked as a whole before its first byte is handed out, a larger one while it is read, and
 * its end is not handed out if anything before was wrong. A mismatch is an
 * {@link ArtifactCorruptException} that names the file.
 *
 * <p>Has no {@link #directory()}, because a path can be changed between check and use; see
 * {@link ArtifactStore#export}. Whether a file lies encrypted on the disk makes no difference to its reader.
 */
public final class StoredArtifact implements ModelFiles {
  private static final long CHECKED_AS_A_WHOLE = 8L << 20;

  private final ArtifactManifest manifest;
  private final Blobs blobs;
  private final TreeMap<String, StoredFile> files = new TreeMap<>();

  /** What the bytes of a file should be. */
  record StoredFile(long size, Digest digest) {}

  StoredArtifact(ArtifactManifest manifest, Blobs blobs,
      Map<String, StoredFile> files) {
    this.manifest = manifest;
    this.blobs = blobs;
    this.files.putAll(files);
  }

  /** Returns the names and digests, which were read from the store: see {@link ArtifactManifest}. */
  public ArtifactManifest manifest() {
    return manifest;
  }

  /** Returns the OMS root digest. */
  public Digest digest() {
    return manifest.digest();
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(files.keySet()));
  }

  @Override
  public long size(String name) {
    return file(name).size();
  }

  /**
   * @throws ArtifactCorruptException here or while reading, if the content is not what was stored
   * @throws org.modelledger.model.StorageException if it is missing or cannot be read
   */
  @Override
  public InputStream open(String name) {
    StoredFile file = file(name);
    InputStream in;
    try {
      in = verified(name, file);
    } catch (IOException e) {
      throw failure(name, e);
    }
    if (file.size() > CHECKED_AS_A_WHOLE) {
      return in;
    }
    try (in) {
      return new ByteArrayInputStream(in.readAllBytes());
    } catch (IOException e) {
      throw failure(name, e);
    }
  }

  /**
   * Opens a file at a place. Of an encrypted file, only what is read is decrypted, 64 KiB at a time, and
   * each such piece is known to be the right one before a byte of it is handed out. Of any other file all
   * that comes before has to be read for that, too, and is known to be right at the end only.
   *
   * @param from how many bytes to leave out, from 0 to the {@link #size}
   * @throws IndexOutOfBoundsException if there are not as many
   * @throws ArtifactCorruptException here or while reading, if the content is not what was stored
   * @throws org.modelledger.model.StorageException if it is missing or cannot be read
   */
  public InputStream open(String name, long from) {
    StoredFile file = file(name);
    if (from < 0 || from > file.size()) {
      throw new IndexOutOfBoundsException(
          "'" + name + "' has " + file.size() + " bytes; byte " + from + " is not there");
    }
    try {
      return blobs.openSealed(name, file.digest(), file.size(), from);
    } catch (NoSuchFileException e) {
      return openPlain(name, file, from);
    } catch (IOException e) {
      throw failure(name, e);
    }
  }

  private InputStream openPlain(String name, StoredFile file, long from) {
    try {
      InputStream in = verified(name, file);
      try {
        in.skipNBytes(from);
        return in;
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (IOException e) {
      throw failure(name, e);
    }
  }

  private InputStream verified(String name, StoredFile file) throws IOException {
    return new VerifiedInputStream(blobs.open(name, file.digest(), file.size()), name, file.size(),
        file.digest());
  }

  private StorageException failure(String name, IOException cause) {
    return StorageFailures.of("read '" + name + "' from", blobs.directory(), cause);
  }

  /** Hashes a file as it lies on disk, copies it where wanted, and fails if it is another one. */
  void copy(String name, FileHashing.@Nullable Sink sink) throws InterruptedException {
    StoredFile file = file(name);
    Digest found = FileHashing.copy(name, () -> blobs.open(name, file.digest(), file.size()), sink)
        .digest();
    if (!found.equals(file.digest())) {
      throw new ArtifactCorruptException(name, file.digest(), found);
    }
  }

  @Override
  public String toString() {
    return "StoredArtifact[" + digest() + ", " + files.keySet() + "]";
  }

  private StoredFile file(String name) {
    StoredFile file = files.get(name);
    if (file == null) {
      throw DirectoryFiles.unknown(name, files);
    }
    return file;
  }
}

package org.modelledger.artifact;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.modelledger.internal.hashing.FileHashing;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;

/**
 * An artifact in a store. Whoever reads a file reads the bytes that were hashed: a file of up to 8
 * MiB is checked as a whole before its first byte is handed out, a larger one while it is read, and
 * its end is not handed out if anything before was wrong. A mismatch is an
 * {@link ArtifactCorruptException} that names the file.
 *
 * <p>Has no {@link #directory()}, because a path can be changed between check and use; see
 * {@link ArtifactStore#export}.
 */
public final class StoredArtifact implements ModelFiles {
  private static final long CHECKED_AS_A_WHOLE = 8L << 20;

  private final ArtifactManifest manifest;
  private final TreeMap<String, StoredFile> files = new TreeMap<>();

  /** Where the bytes of a file are and what they should be. */
  record StoredFile(Path blob, long size, Digest digest) {}

  StoredArtifact(ArtifactManifest manifest, java.util.Map<String, StoredFile> files) {
    this.manifest = manifest;
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
      in = new VerifiedInputStream(Files.newInputStream(file.blob()), name, file.size(),
          file.digest());
    } catch (IOException e) {
      throw StorageFailures.of("read '" + name + "' from", file.blob(), e);
    }
    if (file.size() > CHECKED_AS_A_WHOLE) {
      return in;
    }
    try (in) {
      return new ByteArrayInputStream(in.readAllBytes());
    } catch (IOException e) {
      throw StorageFailures.of("read '" + name + "' from", file.blob(), e);
    }
  }

  /** Hashes a file as it lies on disk, copies it where wanted, and fails if it is another one. */
  void copy(String name, FileHashing.@Nullable Sink sink) throws InterruptedException {
    StoredFile file = file(name);
    Digest found = FileHashing.copy(name, () -> Files.newInputStream(file.blob()), sink).digest();
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

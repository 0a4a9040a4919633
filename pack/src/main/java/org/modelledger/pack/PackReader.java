package org.modelledger.pack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.modelledger.artifact.ArtifactException;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.modelledger.signing.VerificationKey;
import org.modelledger.tlog.NoteVerifier;

/** The files of a pack, all of them but its signature. Verifies nothing. */
final class PackReader {
  private static final int MAX_BYTES = 256 << 20;

  private final Path directory;
  private final DirectoryFiles files;

  private PackReader(Path directory, DirectoryFiles files) {
    this.directory = directory;
    this.files = files;
  }

  /**
   * Lists a directory, git's own paths included: whatever lies in a pack has to be signed.
   *
   * @throws PackFormatException if it is no pack
   * @throws StorageException if it cannot be read
   */
  static PackReader open(Path directory) {
    if (!Files.isRegularFile(directory.resolve(PackLayout.DESCRIPTION))) {
      throw new PackFormatException(directory + " is not an evidence pack: there is no "
          + PackLayout.DESCRIPTION + " in it");
    }
    try {
      return new PackReader(directory,
          DirectoryFiles.of(directory, List.of(PackLayout.SIGNATURE), false));
    } catch (ArtifactException | InvalidNameException e) {
      throw new PackFormatException(
          directory + " has something that no evidence pack has: " + e.getMessage(), e);
    }
  }

  Path directory() {
    return directory;
  }

  DirectoryFiles files() {
    return files;
  }

  SortedSet<String> names() {
    return files.names();
  }

  /** @throws PackFormatException if there is none */
  byte[] signature() {
    Path file = directory.resolve(PackLayout.SIGNATURE);
    if (!Files.isRegularFile(file)) {
      throw new PackFormatException("the pack " + directory + " is not signed: there is no "
          + PackLayout.SIGNATURE + " in it");
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new StorageException("read", file, e);
    }
  }

  boolean has(String name) {
    return files.names().contains(name);
  }

  Optional<byte[]> find(String name) {
    return has(name) ? Optional.of(read(name)) : Optional.empty();
  }

  /** @throws PackFormatException if there is no such file, or it is too long */
  byte[] read(String name) {
    if (!has(name)) {
      throw new PackFormatException("the pack " + directory + " lacks the file " + name);
    }
    if (files.size(name) > MAX_BYTES) {
      throw new PackFormatException(name + " of the pack has " + files.size(name)
          + " bytes; more than " + MAX_BYTES + " are not read");
    }
    return files.read(name);
  }

  PackDescription description() {
    return DescriptionJson.read(read(PackLayout.DESCRIPTION));
  }

  VerificationKey modelKey() {
    return modelKey(PackLayout.MODEL_KEY);
  }

  /** Returns the other keys whose signatures on models and statements the ledger believed. */
  List<VerificationKey> otherKeys() {
    return keys(PackLayout.OTHER_KEYS);
  }

  /** Returns the keys whose signatures count on statements alone. */
  List<VerificationKey> approverKeys() {
    return keys(PackLayout.APPROVER_KEYS);
  }

  private List<VerificationKey> keys(String prefix) {
    List<VerificationKey> keys = new ArrayList<>();
    for (String name : names()) {
      if (name.startsWith(prefix)) {
        keys.add(modelKey(name));
      }
    }
    return keys;
  }

  private VerificationKey modelKey(String name) {
    try {
      return VerificationKey.parse(new String(read(name), StandardCharsets.UTF_8));
    } catch (PackFormatException e) {
      throw e;
    } catch (ModelFormatException e) {
      throw new PackFormatException(name + ": " + e.getMessage(), e);
    }
  }

  Optional<NoteVerifier> logKey(String name) {
    return find(name).map(bytes -> {
      try {
        return NoteVerifier.parse(new String(bytes, StandardCharsets.UTF_8).strip());
      } catch (IllegalArgumentException e) {
        throw new PackFormatException(name + ": " + e.getMessage(), e);
      }
    });
  }
}

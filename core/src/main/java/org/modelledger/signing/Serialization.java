package org.modelledger.signing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.FileNames;
import org.modelledger.model.ModelFormatException;

/**
 * How a model becomes digests (OMS §5.2.2): what is signed along with them, so that a verifier does
 * the same.
 *
 * @param hash the hash of the contents
 * @param shardBytes the length of a shard, 1 or more, or nothing to hash files as wholes
 * @param followsLinks whether a symbolic link to a file stands for that file
 * @param ignoredPaths relative paths that are left out, with all below them
 */
public record Serialization(HashAlgorithm hash, OptionalLong shardBytes, boolean followsLinks,
    List<String> ignoredPaths) {
  /** The length of shards that OMS recommends. */
  public static final long DEFAULT_SHARD_BYTES = 1_000_000_000;

  private static final String FILES = "files";
  private static final String SHARDS = "shards";

  /**
   * Copies the paths.
   *
   * @throws IllegalArgumentException if shards are to have no byte
   */
  public Serialization {
    Objects.requireNonNull(hash, "hash");
    if (shardBytes.isPresent() && shardBytes.getAsLong() < 1) {
      throw new IllegalArgumentException(
          "a shard has at least 1 byte, not " + shardBytes.getAsLong());
    }
    ignoredPaths = List.copyOf(ignoredPaths);
  }

  /** Returns what every OMS tool does by default: whole files, SHA-256, no links, nothing of git. */
  public static Serialization files() {
    return new Serialization(HashAlgorithm.SHA256, OptionalLong.empty(), false,
        ArtifactManifest.gitPaths());
  }

  /** Returns the same with another hash. */
  public Serialization with(HashAlgorithm other) {
    return new Serialization(other, shardBytes, followsLinks, ignoredPaths);
  }

  /**
   * Returns the same by shards, so that a single large file is hashed on all cores. Empty files have
   * no shard, so nobody vouches for them.
   *
   * @throws IllegalArgumentException if there is no byte in a shard
   */
  public Serialization inShardsOf(long bytes) {
    return new Serialization(hash, OptionalLong.of(bytes), followsLinks, ignoredPaths);
  }

  /** Returns the same, but symbolic links to files stand for the files. */
  public Serialization followingLinks() {
    return new Serialization(hash, shardBytes, true, ignoredPaths);
  }

  /**
   * Returns the same with other paths left out.
   *
   * @param paths relative, without {@code *}, {@code ?} and {@code [} (OMS §6.2.1)
   * @throws org.modelledger.model.InvalidNameException if a path is not a relative file name
   * @throws IllegalArgumentException if a path looks like a pattern, which OMS does not have
   */
  public Serialization ignoring(Collection<String> paths) {
    for (String path : paths) {
      FileNames.check(path);
      if (path.chars().anyMatch(c -> c == '*' || c == '?' || c == '[')) {
        throw new IllegalArgumentException("the path to leave out '" + path
            + "' looks like a pattern; OMS leaves out exact paths, without '*', '?' and '['");
      }
    }
    return new Serialization(hash, shardBytes, followsLinks,
        new ArrayList<>(new LinkedHashSet<>(paths)));
  }

  /**
   * Lists the files of a model.
   *
   * @param model a directory or a single file
   * @throws org.modelledger.artifact.ArtifactRefusedException if there is no file, or something that
   *     is neither a file nor a directory, or a symbolic link where these are not followed
   * @throws org.modelledger.model.InvalidNameException if a name is outside the grammar of file names
   * @throws org.modelledger.model.StorageException if something is missing or cannot be read
   */
  public DirectoryFiles filesOf(Path model) {
    return Files.isRegularFile(model)
        ? DirectoryFiles.ofFile(model, followsLinks)
        : DirectoryFiles.of(model, ignoredPaths, followsLinks);
  }

  Map<String, Object> toTree() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("method", shardBytes.isPresent() ? SHARDS : FILES);
    members.put("hash_type", hash.identifier());
    shardBytes.ifPresent(bytes -> members.put("shard_size", bytes));
    members.put("allow_symlinks", followsLinks);
    if (!ignoredPaths.isEmpty()) {
      members.put("ignore_paths", ignoredPaths);
    }
    return members;
  }

  /** @throws ModelFormatException if it is not one of OMS */
  static Serialization of(JsonObject members) {
    OptionalLong shardBytes = switch (members.string("method")) {
      case FILES -> OptionalLong.empty();
      case SHARDS -> OptionalLong.of(positive(members, "shard_size"));
      default -> throw new ModelFormatException(
          "the serialization method '" + members.string("method")
              + "' is not supported; supported are '" + FILES + "' and '" + SHARDS + "'");
    };
    if (shardBytes.isEmpty() && members.has("shard_size")) {
      throw members.wrong("shard_size", "nothing, because files are hashed as wholes",
          members.value("shard_size"));
    }
    return new Serialization(HashAlgorithm.of(members.string("hash_type")), shardBytes,
        members.bool("allow_symlinks"),
        members.has("ignore_paths") ? members.strings("ignore_paths") : List.of());
  }

  /** Says whether a resource may name its algorithm so; the reference adds the length of shards. */
  boolean isAlgorithm(String name) {
    return name.equals(hash.identifier()) || (shardBytes.isPresent()
        && name.equals(hash.identifier() + "-sharded-" + shardBytes.getAsLong()));
  }

  private static long positive(JsonObject members, String name) {
    // protobuf's Struct, through which the reference writes, has doubles only
    Object value = members.value(name);
    long number = value instanceof Double real && real == Math.rint(real) && real < 0x1p53
        ? real.longValue()
        : members.integer(name);
    if (number < 1) {
      throw members.wrong(name, "1 or more", number);
    }
    return number;
  }
}

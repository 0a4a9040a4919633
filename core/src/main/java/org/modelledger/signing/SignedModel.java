package org.modelledger.signing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.modelledger.artifact.ArtifactFile;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;

/**
 * What a verified signature says. Only the files in {@link #resources} are vouched for: what lies
 * under an ignored path is not, nor are empty files where the model was hashed by shards.
 *
 * @param name what the signer called the model; informative
 * @param digest the root digest over the resources, in their order
 * @param serialization how the model was hashed
 * @param resources at least one; names differ, and no file is a directory of another
 * @param signer whose signature it is
 */
public record SignedModel(String name, Digest digest, Serialization serialization,
    List<SignedResource> resources, Signer signer) {
  /**
   * Copies the resources.
   *
   * @throws ModelFormatException if there are none, or a name occurs twice or is also a directory
   */
  public SignedModel {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(serialization, "serialization");
    Objects.requireNonNull(signer, "signer");
    resources = List.copyOf(resources);
    requireDistinct(resources);
  }

  /** Returns the names of the files that are vouched for. */
  public SortedSet<String> files() {
    SortedSet<String> files = new TreeSet<>(ArtifactManifest.NAME_ORDER);
    resources.forEach(resource -> files.add(resource.file()));
    return files;
  }

  /** Returns the files as an artifact has them, if they were hashed as wholes by SHA-256. */
  public Optional<ArtifactManifest> artifact() {
    if (!isOfWholeFilesBySha256() || isOfASingleFile()) {
      return Optional.empty();
    }
    return Optional.of(new ArtifactManifest(resources.stream()
        .map(resource -> new ArtifactFile(resource.file(), new Digest(resource.digest())))
        .toList()));
  }

  boolean isOfWholeFilesBySha256() {
    return serialization.hash() == HashAlgorithm.SHA256 && serialization.shardBytes().isEmpty();
  }

  /** Says whether it names no file, because the model is one. */
  boolean isOfASingleFile() {
    return resources.get(0).file().equals(SignedResource.THE_MODEL);
  }

  /** Says how what was found differs, one phrase a resource: changed, missing, extra. */
  List<String> differences(List<SignedResource> found) {
    Map<String, SignedResource> left = new TreeMap<>(ArtifactManifest.NAME_ORDER);
    found.forEach(resource -> left.put(resource.name(), resource));
    List<String> differences = new ArrayList<>();
    for (SignedResource resource : resources) {
      SignedResource actual = left.remove(resource.name());
      if (actual == null) {
        differences.add("missing file '" + resource.name() + "'");
      } else if (!actual.digest().equals(resource.digest())) {
        differences.add("changed file '" + resource.name() + "': expected " + resource.digest()
            + ", found " + actual.digest());
      }
    }
    left.keySet().forEach(extra -> differences.add("extra file '" + extra + "'"));
    return differences;
  }

  private static void requireDistinct(List<SignedResource> resources) {
    if (resources.isEmpty()) {
      throw new ModelFormatException("a signed model has at least one file; this one has none");
    }
    if (resources.stream().map(SignedResource::file).anyMatch(SignedResource.THE_MODEL::equals)
        && resources.stream().map(SignedResource::file).distinct().count() > 1) {
      throw new ModelFormatException(
          "the signature has '.', which is a model of a single file, beside other files");
    }
    List<SignedResource> sorted = resources.stream().sorted(SignedResource.ORDER).toList();
    for (int i = 1; i < sorted.size(); i++) {
      SignedResource before = sorted.get(i - 1);
      SignedResource resource = sorted.get(i);
      if (resource.name().equals(before.name())) {
        throw new ModelFormatException("the signature has '" + resource.name() + "' twice");
      }
      // in this order, what lies in a directory follows right behind a file of its name
      if (resource.file().startsWith(before.file() + "/")) {
        throw new ModelFormatException("the signature has '" + before.file()
            + "' as a file and as the directory of '" + resource.file() + "'");
      }
    }
  }
}

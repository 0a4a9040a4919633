package org.modelledger.signing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.model.Digest;
import org.modelledger.model.FileNames;
import org.modelledger.model.ModelFormatException;

/**
 * What a signature has one digest of: a whole file, or a shard of it (OMS §6.3).
 *
 * @param file the name of the file, in the grammar of {@link FileNames}; {@code .} is the model
 *     itself, as releases of the reference name a model that is a single file
 * @param range the shard, or nothing for the whole file
 * @param digest in lower-case hexadecimal
 */
public record SignedResource(String file, Optional<ByteRange> range, String digest) {
  /** What stands for the name of a model that is a single file. */
  static final String THE_MODEL = ".";

  /** The order of the reference: by segments of the name, then by place in the file. */
  static final Comparator<SignedResource> ORDER = Comparator
      .comparing(SignedResource::file, ArtifactManifest.NAME_ORDER)
      .thenComparingLong(resource -> resource.range.map(ByteRange::start).orElse(0L));

  /** The order of OMS §5.2.1: by code points of the whole name, which UTF-8 keeps. */
  private static final Comparator<SignedResource> ORDER_OF_THE_SPECIFICATION = Comparator
      .comparing(resource -> resource.name().getBytes(StandardCharsets.UTF_8),
          Arrays::compareUnsigned);

  /** OMS §6.3.2: a file name may have colons itself, so the last two count. */
  private static final Pattern SHARD = Pattern.compile("(.+):(0|[1-9]\\d{0,18}):([1-9]\\d{0,18})",
      Pattern.DOTALL);

  /** @throws org.modelledger.model.InvalidNameException if the name is not a relative file name */
  public SignedResource {
    if (!file.equals(THE_MODEL)) {
      FileNames.check(file);
    }
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(digest, "digest");
  }

  /** Returns the name of the resource descriptor: the file's, and its shard where it is one. */
  public String name() {
    return range.map(shard -> file + ":" + shard.start() + ":" + shard.end()).orElse(file);
  }

  /**
   * Reads a resource descriptor.
   *
   * @throws ModelFormatException if the name is not that of a shard, or the digest not of this hash
   */
  static SignedResource of(String name, String digest, Serialization serialization) {
    HashAlgorithm hash = serialization.hash();
    if (!digest.matches("[0-9a-f]{" + 2 * hash.bytes() + "}")) {
      throw new ModelFormatException("the digest of '" + name + "' is '" + digest + "', expected "
          + 2 * hash.bytes() + " lower-case hexadecimal digits of " + hash.identifier());
    }
    if (serialization.shardBytes().isEmpty()) {
      return new SignedResource(name, Optional.empty(), digest);
    }
    Matcher shard = SHARD.matcher(name);
    if (!shard.matches()) {
      throw new ModelFormatException("the resource '" + name
          + "' is not a shard; expected a file name, ':', the first byte, ':' and the end");
    }
    try {
      return new SignedResource(shard.group(1), Optional.of(new ByteRange(
          Long.parseLong(shard.group(2)), Long.parseLong(shard.group(3)))), digest);
    } catch (IllegalArgumentException e) { // also of numbers
      throw new ModelFormatException("the resource '" + name + "' is no shard: " + e.getMessage(),
          e);
    }
  }

  /** Says whether resources are in one of the two orders. */
  static boolean areSorted(List<SignedResource> resources) {
    return areSorted(resources, ORDER) || areSorted(resources, ORDER_OF_THE_SPECIFICATION);
  }

  /** OMS §6.5.1: the SHA-256 of the digests, one after the other, whatever their algorithm. */
  static Digest root(List<SignedResource> resources) {
    MessageDigest root = Digest.sha256();
    for (SignedResource resource : resources) {
      root.update(HexFormat.of().parseHex(resource.digest));
    }
    return Digest.of(root.digest());
  }

  SignedResource of(String otherFile) {
    return new SignedResource(otherFile, range, digest);
  }

  private static boolean areSorted(List<SignedResource> resources,
      Comparator<SignedResource> order) {
    for (int i = 1; i < resources.size(); i++) {
      if (order.compare(resources.get(i - 1), resources.get(i)) >= 0) {
        return false;
      }
    }
    return true;
  }
}

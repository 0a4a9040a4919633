package org.modelledger.signing;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.internal.hashing.FileHashing;
import org.modelledger.internal.hashing.Parallel;
import org.modelledger.model.ModelFiles;

/**
 * Hashes files as a serialization says, on all cores, in memory that does not depend on their sizes.
 * Files are read once, from the beginning to the end.
 */
final class ResourceHashing {
  private final ModelFiles files;
  private final Serialization serialization;
  private final HashingListener listener;
  private final long totalBytes;
  private long hashedBytes;

  private ResourceHashing(ModelFiles files, Serialization serialization,
      HashingListener listener) {
    this.files = files;
    this.serialization = serialization;
    this.listener = listener;
    totalBytes = files.names().stream().mapToLong(files::size).sum();
  }

  /** What one thread reads at a stretch. */
  private record Stretch(String file, long start, long end) {
    long size() {
      return end - start;
    }
  }

  /** Returns the resources in the order of the reference; none, if only shards of empty files. */
  static List<SignedResource> hash(ModelFiles files, Serialization serialization,
      HashingListener listener) throws InterruptedException {
    ResourceHashing hashing = new ResourceHashing(files, serialization, listener);
    return Parallel.map(hashing.stretches(), Stretch::size, hashing::hash)
        .stream()
        .flatMap(List::stream)
        .sorted(SignedResource.ORDER)
        .toList();
  }

  /** What lies on disk can be read from anywhere; other files verify themselves as wholes. */
  private List<Stretch> stretches() {
    List<Stretch> stretches = new ArrayList<>();
    boolean apart = serialization.shardBytes().isPresent() && files instanceof DirectoryFiles;
    for (String file : files.names()) {
      long size = files.size(file);
      if (apart) {
        ranges(size).forEach(
            range -> stretches.add(new Stretch(file, range.start(), range.end())));
      } else {
        stretches.add(new Stretch(file, 0, size));
      }
    }
    return stretches;
  }

  private List<ByteRange> ranges(long size) {
    long each = serialization.shardBytes().orElseThrow();
    List<ByteRange> ranges = new ArrayList<>();
    for (long start = 0; start < size; start = ranges.getLast().end()) {
      ranges.add(new ByteRange(start, size - start > each ? start + each : size));
    }
    return ranges;
  }

  private List<SignedResource> hash(Stretch stretch) throws InterruptedException {
    String file = stretch.file;
    return FileHashing.reading(file, () -> files.open(file), in -> {
      if (serialization.shardBytes().isEmpty()) {
        MessageDigest digest = serialization.hash().newDigest();
        FileHashing.hash(file, in, Long.MAX_VALUE, digest, this::count);
        return List.of(resource(file, Optional.empty(), digest));
      }
      List<SignedResource> shards = new ArrayList<>();
      in.skipNBytes(stretch.start);
      for (ByteRange range : ranges(stretch.size())) {
        MessageDigest digest = serialization.hash().newDigest();
        long wanted = range.end() - range.start();
        if (FileHashing.hash(file, in, wanted, digest, this::count) < wanted) {
          throw new EOFException("it became shorter while it was read");
        }
        shards.add(resource(file, Optional.of(new ByteRange(stretch.start + range.start(),
            stretch.start + range.end())), digest));
      }
      return shards;
    });
  }

  private static SignedResource resource(String file, Optional<ByteRange> range,
      MessageDigest digest) {
    return new SignedResource(file, range, HexFormat.of().formatHex(digest.digest()));
  }

  private synchronized void count(ByteBuffer read) {
    hashedBytes += read.remaining();
    listener.hashed(hashedBytes, totalBytes);
  }
}

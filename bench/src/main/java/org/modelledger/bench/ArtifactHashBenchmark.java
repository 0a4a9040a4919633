package org.modelledger.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.model.Digest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Hashing an artifact of several files that the operating system has in memory, against SHA-256 of
 * the JDK over the same files by one thread and by one thread for each file.
 *
 * <p>{@code bench/run ArtifactHashBenchmark}; a smaller one with {@code -p mebibytes=64}.
 */
@PartOf(Suite.ARTIFACTS)
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls writeFiles() before all else
public class ArtifactHashBenchmark {
  private static final int FILES = 4;
  private static final int BLOCK = 1 << 20;

  /** The size of the artifact. */
  @Param("2048")
  public int mebibytes;

  private Path directory;
  private final List<Path> files = new ArrayList<>();

  @Setup
  public void writeFiles() throws IOException {
    directory = Workspace.create("artifact");
    SplittableRandom random = new SplittableRandom(42);
    byte[] block = new byte[BLOCK];
    for (int i = 0; i < FILES; i++) {
      Path path = directory.resolve("weights-" + i + ".bin");
      files.add(path);
      random.nextBytes(block);
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE)) {
        for (int written = 0; written < mebibytes / FILES; written++) {
          file.write(ByteBuffer.wrap(block));
        }
        // or the disk would still be busy while we measure
        file.force(true);
      }
    }
  }

  @TearDown
  public void deleteFiles() throws IOException {
    files.clear();
    Workspace.delete(directory);
  }

  @Benchmark
  public byte[] rawSha256ByOneThread() throws IOException {
    MessageDigest all = Digest.sha256();
    for (Path file : files) {
      all.update(sha256(file));
    }
    return all.digest();
  }

  @Benchmark
  public byte[] rawSha256ByOneThreadForEachFile()
      throws IOException, InterruptedException, ExecutionException {
    MessageDigest all = Digest.sha256();
    try (ExecutorService threads = Executors.newFixedThreadPool(FILES)) {
      List<Future<byte[]>> digests = new ArrayList<>();
      for (Path file : files) {
        digests.add(threads.submit(() -> sha256(file)));
      }
      for (Future<byte[]> digest : digests) {
        all.update(digest.get());
      }
    }
    return all.digest();
  }

  @Benchmark
  @Peer("rawSha256ByOneThreadForEachFile")
  public Digest artifact() throws InterruptedException {
    return ArtifactManifest.ofDirectory(directory).digest();
  }

  private static byte[] sha256(Path path) throws IOException {
    MessageDigest digest = Digest.sha256();
    ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
    try (FileChannel file = FileChannel.open(path)) {
      while (file.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip());
      }
    }
    return digest.digest();
  }
}

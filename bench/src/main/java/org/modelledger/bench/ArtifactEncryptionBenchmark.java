package org.modelledger.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.encryption.LocalKeys;
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
 * Storing and reading a model of one file, encrypted and as it is.
 *
 * <p>{@code bench/run ArtifactEncryptionBenchmark}; a smaller one with {@code -p mebibytes=64}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls store() before all else
public class ArtifactEncryptionBenchmark {
  private static final int BLOCK = 1 << 20;

  /** The size of the model. */
  @Param("1024")
  public int mebibytes;

  /** Whether its file is encrypted. */
  @Param({"false", "true"})
  public boolean encrypted;

  private Path directory;
  private Path model;
  private ArtifactStore store;
  private Digest digest;

  @Setup
  public void store() throws IOException, InterruptedException {
    directory = Workspace.create("encryption");
    model = Files.createDirectory(directory.resolve("model"));
    SplittableRandom random = new SplittableRandom(42);
    byte[] block = new byte[BLOCK];
    random.nextBytes(block);
    try (FileChannel file = FileChannel.open(model.resolve("weights.bin"),
        StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int written = 0; written < mebibytes; written++) {
        file.write(ByteBuffer.wrap(block));
      }
      file.force(true);
    }
    Path root = directory.resolve("store");
    store = encrypted
        ? ArtifactStore.openEncrypted(root,
            LocalKeys.readOrCreate(directory.resolve("keys/evidence.keyset")))
        : ArtifactStore.open(root);
    digest = store.ingest(model).digest();
  }

  @TearDown
  public void deleteFiles() throws IOException {
    Workspace.delete(directory);
  }

  @Benchmark
  public Digest ingest() throws InterruptedException {
    return store.ingest(model).digest();
  }

  @Benchmark
  public ArtifactManifest verify() throws InterruptedException {
    return store.verify(digest);
  }
}

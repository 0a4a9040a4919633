package org.modelledger.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.model.Digest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * Storing a model of one file in a new store and verifying it there, encrypted and as it is. Raw: SHA-256 of
 * the file, without which no artifact has a name, and the same with AES-256-GCM of the JDK, a mebibyte at a
 * time, by one thread.
 *
 * <p>{@code bench/run ArtifactEncryptionBenchmark}; a smaller one with {@code -p mebibytes=64}.
 */
@PartOf(Suite.ARTIFACTS)
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls write() before all else
public class ArtifactEncryptionBenchmark {
  private static final int BLOCK = 1 << 20;

  /** The size of the model. */
  @Param("1024")
  public int mebibytes;

  private Path directory;
  private Path model;
  private Path fresh;
  private LocalKeys keys;
  private ArtifactStore plain;
  private ArtifactStore encrypted;
  private Digest digest;

  @Setup
  public void write() throws IOException, InterruptedException {
    directory = Workspace.create("encryption");
    model = Files.createDirectory(directory.resolve("model"));
    SplittableRandom random = new SplittableRandom(42);
    byte[] block = new byte[BLOCK];
    random.nextBytes(block);
    try (FileChannel file = FileChannel.open(weights(), StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE)) {
      for (int written = 0; written < mebibytes; written++) {
        file.write(ByteBuffer.wrap(block));
      }
      file.force(true);
    }
    keys = LocalKeys.readOrCreate(directory.resolve("keys/evidence.keyset"));
    plain = ArtifactStore.open(directory.resolve("plain"));
    encrypted = ArtifactStore.openEncrypted(directory.resolve("encrypted"), keys);
    digest = plain.ingest(model).digest();
    var unused = encrypted.ingest(model);
    fresh = directory.resolve("fresh");
  }

  private Path weights() {
    return model.resolve("weights.bin");
  }

  @TearDown(Level.Iteration)
  public void deleteFreshStore() throws IOException {
    if (Files.exists(fresh)) {
      Workspace.delete(fresh);
    }
  }

  @TearDown
  public void deleteFiles() throws IOException {
    Workspace.delete(directory);
  }

  @Benchmark
  public byte[] rawSha256() throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(weights())) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        sha256.update(block, 0, read);
      }
    }
    return sha256.digest();
  }

  @Benchmark
  public byte[] rawSha256AndAesGcm() throws IOException, GeneralSecurityException {
    MessageDigest sha256 = Digest.sha256();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
    byte[] block = new byte[BLOCK];
    byte[] sealed = new byte[BLOCK + 16];
    long number = 0;
    try (InputStream in = Files.newInputStream(weights())) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        sha256.update(block, 0, read);
        byte[] nonce = ByteBuffer.allocate(12).putLong(4, number++).array();
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
        int unused = cipher.doFinal(block, 0, read, sealed);
      }
    }
    return sha256.digest();
  }

  @Benchmark
  @Peer("rawSha256")
  public Digest ingestPlain() throws InterruptedException {
    return ArtifactStore.open(fresh).ingest(model).digest();
  }

  @Benchmark
  @Peer("rawSha256AndAesGcm")
  public Digest ingestEncrypted() throws InterruptedException {
    return ArtifactStore.openEncrypted(fresh, keys).ingest(model).digest();
  }

  @Benchmark
  @Peer("rawSha256")
  public ArtifactManifest verifyPlain() throws InterruptedException {
    return plain.verify(digest);
  }

  @Benchmark
  @Peer("rawSha256AndAesGcm")
  public ArtifactManifest verifyEncrypted() throws InterruptedException {
    return encrypted.verify(digest);
  }
}

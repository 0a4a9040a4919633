package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.model.Digest;
import org.modelledger.tlog.FsckReport;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;
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
 * Checking a whole log of 256-byte entries, 4,096 to the mebibyte, that the operating system has in
 * memory, against SHA-256 of the JDK over the same files by as many threads. The check hashes more than
 * it reads: a leaf of 257 bytes is five blocks of SHA-256 instead of four, and the node for each entry is
 * two more, so its limit is at 4/7 of the raw rate.
 *
 * <p>{@code bench/run FsckBenchmark}; a smaller one with {@code -p mebibytes=32}.
 */
@PartOf(Suite.ARTIFACTS)
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls writeLog() before all else
public class FsckBenchmark {
  private static final int ENTRY_BYTES = 256;

  /** The size of all entries together. */
  @Param("256")
  public int mebibytes;

  private Path directory;
  private NoteVerifier key;
  private List<Path> files;

  @Setup
  public void writeLog() throws IOException {
    directory = Workspace.create("fsck");
    NoteSigner signer = NoteSigner.generate("bench.example/log", new SecureRandom());
    key = signer.verifier();
    SplittableRandom random = new SplittableRandom(42);
    byte[] entry = new byte[ENTRY_BYTES];
    try (LogWriter log = LogWriter.open(directory, LogOptions.of(signer))) {
      for (long i = 0; i < (long) mebibytes * (1 << 20) / ENTRY_BYTES; i++) {
        random.nextBytes(entry);
        log.append(entry.clone());
      }
    }
    try (Stream<Path> found = Files.walk(directory.resolve("tile"))) {
      files = found.filter(Files::isRegularFile).toList();
    }
  }

  @TearDown
  public void deleteLog() throws IOException {
    Workspace.delete(directory);
  }

  @Benchmark
  public byte[] rawSha256By1Thread() throws InterruptedException, ExecutionException {
    return sha256(1);
  }

  @Benchmark
  public byte[] rawSha256By2Threads() throws InterruptedException, ExecutionException {
    return sha256(2);
  }

  @Benchmark
  @Peer("rawSha256By1Thread")
  public FsckReport fsckBy1Thread() throws ProofException, InterruptedException {
    return fsck(1);
  }

  @Benchmark
  @Peer("rawSha256By2Threads")
  public FsckReport fsckBy2Threads() throws ProofException, InterruptedException {
    return fsck(2);
  }

  private FsckReport fsck(int threads) throws ProofException, InterruptedException {
    LogReader reader = LogReader.open(TileSource.directory(directory), key);
    SignedCheckpoint at = reader.latest();
    FsckReport report = reader.verifyAll(at, threads, progress -> {
    });
    report.requireIntact();
    return report;
  }

  private byte[] sha256(int threads) throws InterruptedException, ExecutionException {
    MessageDigest all = Digest.sha256();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<byte[]>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int first = i;
        parts.add(pool.submit(() -> {
          MessageDigest digest = Digest.sha256();
          for (int file = first; file < files.size(); file += threads) {
            digest.update(Files.readAllBytes(files.get(file)));
          }
          return digest.digest();
        }));
      }
      for (Future<byte[]> part : parts) {
        all.update(part.get());
      }
    }
    return all.digest();
  }
}

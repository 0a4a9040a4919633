package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.modelledger.model.Digest;
import org.modelledger.tlog.Appended;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.InclusionProof;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The transparency log with entries of 256 bytes, against the disk's sync and SHA-256 of one leaf.
 * Every append is durable when it counts; tiles and checkpoints are made meanwhile, as always.
 *
 * <p>{@code bench/run LogBenchmark}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class LogBenchmark {
  private static final int ENTRY_BYTES = 256;
  private static final int IN_FLIGHT = 8192;
  private static final int VIRTUAL_THREADS = 1024;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** A log of its own for each iteration, so that none has grown more than another. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class EmptyLog {
    private final byte[] entry = new byte[ENTRY_BYTES];
    private Path directory;
    private LogWriter writer;

    @Setup(Level.Iteration)
    public void open() throws IOException {
      directory = Workspace.create("log");
      writer = LogWriter.open(directory.resolve("log"), LogOptions.of(signer()));
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
      writer.close();
      Workspace.delete(directory);
    }

    Appended appendDurably() throws InterruptedException {
      Appended appended = writer.append(entry);
      appended.await(LIMIT);
      return appended;
    }
  }

  /** A published log of 100,000 entries and one of its proofs. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls fill() before all else
  public static class FullLog {
    private static final int ENTRIES = 100_000;

    private final SplittableRandom random = new SplittableRandom(42);
    private final Hash leaf = MerkleTree.leafHash(new byte[ENTRY_BYTES]);
    private Path directory;
    private LogReader reader;
    private SignedCheckpoint checkpoint;
    private InclusionProof proof;

    @Setup
    public void fill() throws IOException, InterruptedException, ProofException {
      directory = Workspace.create("log");
      try (LogWriter writer = LogWriter.open(directory.resolve("log"), LogOptions.of(signer()))) {
        for (int i = 0; i < ENTRIES; i++) {
          writer.append(new byte[ENTRY_BYTES]);
        }
        checkpoint = writer.publish();
        reader = writer.reader();
      }
      proof = reader.inclusionProof(ENTRIES / 3, checkpoint);
    }

    @TearDown
    public void delete() throws IOException {
      Workspace.delete(directory);
    }
  }

  /** The 257 bytes that RFC 6962 hashes for an entry of 256. */
  @State(Scope.Thread)
  public static class Leaf {
    private final MessageDigest digest = Digest.sha256();
    private final byte[] bytes = new byte[1 + ENTRY_BYTES];
  }

  private static NoteSigner signer() {
    return NoteSigner.generate("bench.example/log", new SecureRandom());
  }

  @Benchmark
  public long rawSync(RawDisk disk) throws IOException {
    return disk.appendAndSync();
  }

  @Benchmark
  public byte[] rawSha256OfOneLeaf(Leaf leaf) {
    return leaf.digest.digest(leaf.bytes);
  }

  @Benchmark
  public Appended appendByOneThread(EmptyLog log) throws InterruptedException {
    return log.appendDurably();
  }

  @Benchmark
  @Threads(64)
  public Appended appendBy64Threads(EmptyLog log) throws InterruptedException {
    return log.appendDurably();
  }

  @Benchmark
  @OperationsPerInvocation(VIRTUAL_THREADS)
  public List<Future<Appended>> appendBy1024VirtualThreads(EmptyLog log)
      throws InterruptedException, ExecutionException {
    List<Future<Appended>> appended = new ArrayList<>(VIRTUAL_THREADS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < VIRTUAL_THREADS; i++) {
        appended.add(threads.submit(log::appendDurably));
      }
      for (Future<Appended> each : appended) {
        each.get();
      }
    }
    return appended;
  }

  /** One thread that waits only after the last of 8,192. */
  @Benchmark
  @OperationsPerInvocation(IN_FLIGHT)
  public Appended appendStreaming(EmptyLog log) throws InterruptedException {
    for (int i = 1; i < IN_FLIGHT; i++) {
      log.writer.append(log.entry);
    }
    return log.appendDurably();
  }

  /** The same until a checkpoint covers all of them, so that tiles and bundles are synced, too. */
  @Benchmark
  @OperationsPerInvocation(IN_FLIGHT)
  public SignedCheckpoint appendStreamingAndPublish(EmptyLog log) throws InterruptedException {
    for (int i = 0; i < IN_FLIGHT; i++) {
      log.writer.append(log.entry);
    }
    return log.writer.publish();
  }

  @Benchmark
  public InclusionProof proveInclusion(FullLog log) throws ProofException {
    return log.reader.inclusionProof(log.random.nextInt(FullLog.ENTRIES), log.checkpoint);
  }

  @Benchmark
  public Hash verifyInclusion(FullLog log) throws ProofException {
    log.proof.verify(log.leaf, log.checkpoint.root());
    return log.leaf;
  }
}

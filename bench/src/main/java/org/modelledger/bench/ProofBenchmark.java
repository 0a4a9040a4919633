package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.model.Digest;
import org.modelledger.tlog.Checkpoint;
import org.modelledger.tlog.ConsistencyProof;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.InclusionProof;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.RangeInclusionProof;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Proving and verifying, against SHA-256 of the nodes that have to be hashed. Logs of up to 10⁸ entries
 * that are computed instead of read; what has to be read from files is measured apart. Proofs are of
 * random entries among the last 65,536, whose tiles are in memory, unless it is said otherwise.
 *
 * <p>{@code bench/run ProofBenchmark -prof gc}
 */
@PartOf(Suite.RECEIPTS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class ProofBenchmark {
  private static final int HOT = 1 << 16;
  private static final int RANGE = 512;
  private static final int WIDTH = 256;
  private static final NoteSigner SIGNER = NoteSigner.generate("bench.example/log",
      new SecureRandom());

  /** A log that is computed where it is read, a reader of it, and one proof of each kind. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Log {
    @Param({"1000", "100000", "100000000"})
    public long entries;

    private final PeriodicTiles tiles = new PeriodicTiles();
    private final List<Hash> leaves = new ArrayList<>();
    private LogReader reader;
    private SignedCheckpoint at;
    private long hot;
    private Hash leaf;
    private InclusionProof inclusion;
    private Hash oldRoot;
    private ConsistencyProof consistency;
    private RangeInclusionProof range;

    @Setup
    public void open() throws ProofException {
      reader = LogReader.open(tiles, SIGNER.verifier());
      String text = new Checkpoint(SIGNER.verifier().name(), entries, tiles.root(entries)).text();
      at = SignedCheckpoint.of(SIGNER.sign(text), SIGNER.verifier());
      hot = Math.max(0, entries - HOT);
      long index = entries / 3;
      leaf = tiles.leaf(index);
      inclusion = reader.inclusionProof(index, at);
      oldRoot = tiles.root(index);
      consistency = reader.consistencyProof(index, at);
      range = reader.rangeInclusionProof(index, index + RANGE, at);
      for (int i = 0; i < RANGE; i++) {
        leaves.add(tiles.leaf(index + i));
      }
      reader.inclusionProofs(hot, entries, at, proof -> {
      });
    }
  }

  /** A log in files. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls fill() before all else
  public static class LogInFiles {
    private static final int ENTRIES = 100_000;

    private Path directory;
    private SignedCheckpoint at;

    @Setup
    public void fill() throws IOException, InterruptedException {
      directory = Workspace.create("proofs");
      try (LogWriter writer = LogWriter.open(directory, LogOptions.of(SIGNER))) {
        for (int i = 0; i < ENTRIES; i++) {
          writer.append(new byte[]{(byte) i, (byte) (i >>> 8)});
        }
        at = writer.publish();
      }
    }

    @TearDown
    public void delete() throws IOException {
      Workspace.delete(directory);
    }
  }

  /** Random numbers for each thread. */
  @State(Scope.Thread)
  public static class Dice {
    private final SplittableRandom random = new SplittableRandom(42);

    /** Returns an entry whose tiles are in memory. */
    long hot(Log log) {
      return random.nextLong(log.hot, log.entries);
    }
  }

  /** SHA-256 of nodes, 65 bytes each, in place. */
  @State(Scope.Thread)
  public static class Nodes {
    private final MessageDigest sha256 = Digest.sha256();
    private final byte[] node = new byte[1 + 2 * Hash.BYTES];

    byte[] hash(int nodes) throws DigestException {
      for (int i = 0; i < nodes; i++) {
        sha256.update(node);
        sha256.digest(node, 1, Hash.BYTES);
      }
      return node;
    }
  }

  @Benchmark
  public byte[] rawSha256OfOneNode(Nodes nodes) throws DigestException {
    return nodes.hash(1);
  }

  /** As many nodes as a path has at most. */
  @Benchmark
  public byte[] rawSha256OfAPath(Nodes nodes, Log log) throws DigestException {
    return nodes.hash(Long.SIZE - Long.numberOfLeadingZeros(log.entries - 1));
  }

  /** All nodes of a full tile: what it takes to check one. */
  @Benchmark
  public byte[] rawSha256OfATile(Nodes nodes) throws DigestException {
    return nodes.hash(WIDTH - 1);
  }

  @Benchmark
  public byte[] rawReadOfATile(LogInFiles log, Dice dice) throws IOException {
    int tile = dice.random.nextInt(LogInFiles.ENTRIES / WIDTH);
    return Files.readAllBytes(log.directory.resolve(String.format("tile/0/%03d", tile)));
  }

  @Benchmark
  @Peer("rawSha256OfAPath")
  public InclusionProof proveInclusion(Log log, Dice dice) throws ProofException {
    return log.reader.inclusionProof(dice.hot(log), log.at);
  }

  @Benchmark
  @Peer("rawSha256OfAPath")
  @Threads(2)
  public InclusionProof proveInclusionByTwoThreads(Log log, Dice dice) throws ProofException {
    return log.reader.inclusionProof(dice.hot(log), log.at);
  }

  /** Of any entry: in a large log its tile is not in memory. */
  @Benchmark
  @Peer("rawSha256OfATile")
  public InclusionProof proveInclusionAnywhere(Log log, Dice dice) throws ProofException {
    return log.reader.inclusionProof(dice.random.nextLong(log.entries), log.at);
  }

  /** By a reader that has nothing in memory yet, of a log of 100,000 entries in files. */
  @Benchmark
  @Peer("rawSha256OfATile")
  public InclusionProof proveInclusionFromFiles(LogInFiles log, Dice dice) throws ProofException {
    return LogReader.open(TileSource.directory(log.directory), SIGNER.verifier())
        .inclusionProof(dice.random.nextInt(LogInFiles.ENTRIES), log.at);
  }

  @Benchmark
  @Peer("rawSha256OfAPath")
  public ConsistencyProof proveConsistency(Log log, Dice dice) throws ProofException {
    return log.reader.consistencyProof(dice.hot(log), log.at);
  }

  /** One proof for 512 entries. */
  @Benchmark
  @Peer("rawSha256OfAPath")
  public RangeInclusionProof proveRange(Log log, Dice dice) throws ProofException {
    long from = Math.min(dice.hot(log), log.entries - RANGE);
    return log.reader.rangeInclusionProof(from, from + RANGE, log.at);
  }

  /** A proof for each of 512 entries that follow each other; the time is that of one. */
  @Benchmark
  @Peer("rawSha256OfAPath")
  @OperationsPerInvocation(RANGE)
  public void proveEachOfARange(Log log, Dice dice, Blackhole blackhole) throws ProofException {
    long from = Math.min(dice.hot(log), log.entries - RANGE);
    log.reader.inclusionProofs(from, from + RANGE, log.at, blackhole::consume);
  }

  @Benchmark
  @Peer("rawSha256OfAPath")
  public Hash verifyInclusion(Log log) throws ProofException {
    log.inclusion.verify(log.leaf, log.at.root());
    return log.leaf;
  }

  @Benchmark
  @Peer("rawSha256OfAPath")
  public Hash verifyConsistency(Log log) throws ProofException {
    log.consistency.verify(log.oldRoot, log.at.root());
    return log.oldRoot;
  }

  /** One proof for 512 entries; the time is that of one entry. */
  @Benchmark
  @Peer("rawSha256OfOneNode")
  @OperationsPerInvocation(RANGE)
  public RangeInclusionProof verifyRange(Log log) throws ProofException {
    log.range.verify(log.leaves, log.at.root());
    return log.range;
  }
}

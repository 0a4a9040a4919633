package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.model.Digest;
import org.modelledger.tlog.Appended;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;
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
 * Appending entries of 256 bytes to the transparency log, against what limits it: the disk's sync, its
 * writing, and SHA-256 of one leaf and one node. An entry counts when it is durable; bundles, tiles and
 * checkpoints are made meanwhile, as always. The heap is that of {@code bench/soak}: one that grows
 * would be measured while it does.
 *
 * <p>{@code bench/run LogBenchmark}
 */
@PartOf(Suite.RECEIPTS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch"})
public class LogBenchmark {
  private static final int ENTRY_BYTES = 256;
  private static final int NODE_BYTES = 65;
  private static final int IN_FLIGHT = 8192;
  private static final int BURST = 1024;
  private static final int VIRTUAL_THREADS = 1024;
  private static final int APPENDS_EACH = 64;
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  /**
   * A log of its own for each iteration, so that none has grown more than another. All stay until the
   * end: a file system that tells its disk what is deleted is busy with that for seconds.
   */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls create() and open() before all else
  public static class EmptyLog {
    final byte[] entry = new byte[ENTRY_BYTES];
    LogWriter writer;
    private Path directory;
    private int logs;

    @Setup
    public void create() throws IOException {
      directory = Workspace.create("log");
    }

    @Setup(Level.Iteration)
    public void open() {
      writer = LogWriter.open(directory.resolve("log" + logs++), LogOptions.of(signer()));
    }

    @TearDown(Level.Iteration)
    public void close() {
      writer.close();
    }

    @TearDown
    public void delete() throws IOException {
      Workspace.delete(directory);
    }

    Appended appendDurably() throws InterruptedException {
      Appended appended = writer.append(entry);
      appended.await(FOREVER);
      return appended;
    }
  }

  /** One of those who append, and what it has appended last. */
  @State(Scope.Thread)
  public static class Producer {
    private final @Nullable Appended[] inFlight = new Appended[IN_FLIGHT];
    private int next;

    @Setup(Level.Iteration)
    public void forget() {
      Arrays.fill(inFlight, null);
    }

    /** Appends an entry, and waits for the one 8,192 before it. */
    Appended append(EmptyLog log) throws InterruptedException {
      Appended oldest = inFlight[next];
      if (oldest != null) {
        oldest.await(FOREVER);
      }
      Appended appended = log.writer.append(log.entry);
      inFlight[next] = appended;
      next = (next + 1) % IN_FLIGHT;
      return appended;
    }
  }

  /** A log that is empty of work whenever the clock starts. */
  @State(Scope.Benchmark)
  public static class IdleLog extends EmptyLog {
    @TearDown(Level.Invocation)
    public void drain() throws InterruptedException {
      var unused = writer.publish();
    }
  }

  /** What RFC 6962 hashes for an entry of 256 bytes: its leaf and, one for each leaf, a node. */
  @State(Scope.Thread)
  public static class Hashing {
    private final MessageDigest digest = Digest.sha256();
    private final byte[] leaf = new byte[1 + ENTRY_BYTES];
    private final byte[] node = new byte[NODE_BYTES];
  }

  private static NoteSigner signer() {
    return NoteSigner.generate("bench.example/log", new SecureRandom());
  }

  @Benchmark
  public long rawSync(RawDisk disk) throws IOException {
    return disk.appendAndSync();
  }

  /** In entries: how many have a place, with their lengths, in a mebibyte that is synced. */
  @Benchmark
  @OperationsPerInvocation((1 << 20) / (2 + ENTRY_BYTES))
  public long rawSequentialWrite(RawDisk disk) throws IOException {
    return disk.appendMebibyteAndSync();
  }

  @Benchmark
  public byte[] rawSha256OfLeafAndNode(Hashing hashing) {
    hashing.digest.update(hashing.leaf);
    byte[] leaf = hashing.digest.digest();
    System.arraycopy(leaf, 0, hashing.node, 1, leaf.length);
    return hashing.digest.digest(hashing.node);
  }

  /** What a caller pays who does not wait: 1,024 entries, after which the log comes to rest. */
  @Benchmark
  @Peer("rawSha256OfLeafAndNode")
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  @OperationsPerInvocation(BURST)
  public Appended enqueue(IdleLog log) {
    Appended last = log.writer.append(log.entry);
    for (int i = 1; i < BURST; i++) {
      last = log.writer.append(log.entry);
    }
    return last;
  }

  @Benchmark
  @Peer("rawSync")
  public Appended appendByOneThread(EmptyLog log) throws InterruptedException {
    return log.appendDurably();
  }

  @Benchmark
  @Peer("rawSync")
  @Threads(64)
  public Appended appendBy64Threads(EmptyLog log) throws InterruptedException {
    return log.appendDurably();
  }

  // JMH can run a benchmark on virtual threads itself, but then they spin at its barrier for ever.
  @Benchmark
  @Peer("rawSync")
  @OperationsPerInvocation(VIRTUAL_THREADS * APPENDS_EACH)
  public long appendBy1024VirtualThreads(EmptyLog log)
      throws InterruptedException, ExecutionException {
    List<Future<Appended>> ends = new ArrayList<>(VIRTUAL_THREADS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < VIRTUAL_THREADS; i++) {
        ends.add(threads.submit(() -> {
          Appended last = log.appendDurably();
          for (int n = 1; n < APPENDS_EACH; n++) {
            last = log.appendDurably();
          }
          return last;
        }));
      }
    }
    long newest = 0;
    for (Future<Appended> end : ends) {
      newest = Math.max(newest, end.get().index());
    }
    return newest;
  }

  @Benchmark
  @Peer("rawSha256OfLeafAndNode")
  public Appended appendStreaming(EmptyLog log, Producer producer) throws InterruptedException {
    return producer.append(log);
  }

  @Benchmark
  @Peer("rawSha256OfLeafAndNode")
  @Threads(2)
  public Appended appendStreamingByTwo(EmptyLog log, Producer producer)
      throws InterruptedException {
    return producer.append(log);
  }

  /** 8,192 entries until a checkpoint covers them, so that tiles and bundles are synced, too. */
  @Benchmark
  @Peer("rawSha256OfLeafAndNode")
  @OperationsPerInvocation(IN_FLIGHT)
  public SignedCheckpoint appendAndPublish(EmptyLog log) throws InterruptedException {
    for (int i = 0; i < IN_FLIGHT; i++) {
      log.writer.append(log.entry);
    }
    return log.writer.publish();
  }
}

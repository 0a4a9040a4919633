package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.evidence.Retention;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.receipt.ReceiptLog;
import org.modelledger.receipt.ReceiptOptions;
import org.modelledger.receipt.ReceiptSession;
import org.modelledger.tlog.NoteSigner;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Receipts alone, without a model: inputs of 256 bytes and outputs of 40, handed over by one thread.
 *
 * <ul>
 * <li>{@code durable}: what lasts, receipts and their evidence on the disk. The thread keeps at most
 * 32,768 on their way.
 * <li>{@code handOver}: what the caller pays, 1,024 at a time, the log idle before each time.
 * <li>{@code rawSync} of the same minute is the disk's limit for one who waits for each.
 * </ul>
 *
 * <p>{@code bench/run ReceiptBenchmark -prof gc}
 */
@PartOf(Suite.RECEIPTS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 8, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class ReceiptBenchmark {
  private static final int STREAM = 16_384;
  private static final int BURST = 1024;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** An open log, new for each iteration, so that none has grown more than another. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Log {
    /** What is kept beside the receipts. */
    @Param({"SALTS", "FULL"})
    public Retention retention = Retention.SALTS;

    private final Tensors inputs = Tensors.of("x", Tensor.of(new float[64], 1, 64));
    private final Tensors outputs = Tensors.of("y", Tensor.of(new float[10], 1, 10));
    private Path directory;
    private ReceiptLog log;
    private ReceiptSession session;
    private Optional<PendingReceipt> newest = Optional.empty();

    @Setup(Level.Iteration)
    public void open() throws IOException {
      directory = Workspace.create("receipts");
      log = ReceiptLog.open(directory.resolve("log"),
          NoteSigner.generate("bench.example/receipts", new SecureRandom()),
          directory.resolve("evidence"),
          LocalKeys.readOrCreate(directory.resolve("evidence.keyset")),
          ReceiptOptions.builder().retention(retention).build());
      session = log.session(ModelVersionId.parse("acme/digits:1"), Digest.sha256(new byte[0]),
          new EngineInfo("exact", "1.0.0", "cpu", 1), Determinism.BIT_EXACT);
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
      newest = Optional.empty();
      session.close();
      log.close();
      Workspace.delete(directory);
    }

    private PendingReceipt record() throws InterruptedException {
      return session.reserve(inputs, Map.of()).complete(outputs);
    }

    private PendingReceipt record(int number) throws InterruptedException {
      for (int i = 1; i < number; i++) {
        var unused = record();
      }
      return record();
    }

    private void awaitNewest() throws InterruptedException {
      if (newest.isPresent()) {
        LoggedReceipt unused = newest.get().await(LIMIT);
      }
    }
  }

  /** Empties the queue while the clock stands. */
  @State(Scope.Benchmark)
  public static class EmptyQueue {
    @TearDown(Level.Invocation)
    public void drain(Log log) throws InterruptedException {
      log.awaitNewest();
    }
  }

  @Benchmark
  @Peer("rawSync")
  @OperationsPerInvocation(STREAM)
  public void durable(Log log) throws InterruptedException {
    PendingReceipt last = log.record(STREAM);
    log.awaitNewest();
    log.newest = Optional.of(last);
  }

  @Benchmark
  @Peer("rawSync")
  @OperationsPerInvocation(BURST)
  public void handOver(Log log, EmptyQueue queue) throws InterruptedException {
    log.newest = Optional.of(log.record(BURST));
  }

  @Benchmark
  public long rawSync(RawDisk disk) throws IOException {
    return disk.appendAndSync();
  }
}

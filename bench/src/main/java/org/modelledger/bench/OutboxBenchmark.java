package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.chain.support.Outbox;
import org.modelledger.chain.support.OutboxEntry;
import org.modelledger.chain.support.OutboxOptions;
import org.modelledger.registry.SubmissionId;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Commands into an outbox, of 300 bytes: what the caller pays that does not wait for the disk, one
 * that waits for each, and how many become durable, are taken and are settled when they stream.
 *
 * <p>{@code bench/run OutboxBenchmark}
 */
@PartOf(Suite.TRANSACTIONS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OutboxBenchmark {
  private static final int STREAM = 16_384;
  private static final int TAKEN_AT_ONCE = 1_024;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** An outbox for each iteration, so that none has more in it than another. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class NewOutbox {
    private final byte[] command = new byte[300];
    private Path directory;
    private Outbox outbox;

    @Setup(Level.Iteration)
    public void open() throws IOException {
      directory = Workspace.create("outbox");
      outbox = Outbox.open(OutboxOptions.of(directory, "bench"));
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
      outbox.close();
      Workspace.delete(directory);
    }
  }

  @Benchmark
  public long rawSync(RawDisk disk) throws IOException {
    return disk.appendAndSync();
  }

  @Benchmark
  @Peer("rawSync")
  public OutboxEntry addAndWait(NewOutbox state) throws InterruptedException {
    OutboxEntry entry = state.outbox.add(SubmissionId.random(), state.command);
    if (!state.outbox.awaitDurable(entry.sequence(), LIMIT)) {
      throw new IllegalStateException("not durable within " + LIMIT);
    }
    return entry;
  }

  /** Adding alone: what a burst of 16,384 costs its caller. */
  @Benchmark
  @Peer("rawSync")
  @BenchmarkMode(Mode.SingleShotTime)
  @OperationsPerInvocation(STREAM)
  @Warmup(iterations = 5)
  @Measurement(iterations = 10)
  public long handOver(NewOutbox state) {
    for (int i = 0; i < STREAM; i++) {
      var unused = state.outbox.add(SubmissionId.random(), state.command);
    }
    return state.outbox.next();
  }

  @Benchmark
  @Peer("rawSync")
  @OperationsPerInvocation(STREAM)
  public long addTakeAndSettle(NewOutbox state) throws InterruptedException {
    Outbox outbox = state.outbox;
    long first = outbox.next();
    for (int i = 0; i < STREAM; i++) {
      var unused = outbox.add(SubmissionId.random(), state.command);
    }
    long end = outbox.next();
    for (long next = first; next < end;) {
      if (!outbox.awaitDurable(next, LIMIT)) {
        throw new IllegalStateException("not durable within " + LIMIT);
      }
      for (OutboxEntry entry : outbox.pending(next, TAKEN_AT_ONCE)) {
        outbox.settle(entry.id(), state.command);
        next = entry.sequence() + 1;
      }
    }
    return end;
  }
}

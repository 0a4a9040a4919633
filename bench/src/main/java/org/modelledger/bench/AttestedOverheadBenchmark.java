package org.modelledger.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.training.LineageFacts;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * What attestation adds to a call, by what the model costs and how large its input is; outputs have 256
 * bytes, salts are kept. The model is one of {@link ProductEngineProvider}, which really computes for
 * about as long as is asked: {@code rawRun} says how long that is.
 *
 * <ul>
 * <li>{@code rawRun}: the engine's model alone.
 * <li>{@code attestedCaller}: what the caller feels: 32 calls, and while the clock stands their receipts
 * become durable.
 * <li>{@code attestedDurable}: what lasts: each call waits for the receipt of the 1,024th call before
 * it, or of fewer where these would be more than 64 MiB of tensors. Where hashing takes longer than the
 * model, this is the rate of hashing.
 * </ul>
 *
 * <p>{@code bench/run AttestedOverheadBenchmark} takes five minutes.
 */
@PartOf(value = Suite.RECEIPTS, sweep = "tensorBytes")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class AttestedOverheadBenchmark {
  private static final int CALLS = 32;
  private static final int IN_FLIGHT = 1024;
  private static final int IN_FLIGHT_BYTES = 64 << 20;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** A model of some cost and an input of some size. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls calibrate() before all else
  public static class Work {
    /** What a call costs, about. */
    @Param({"10", "100", "1000", "10000"})
    public int costMicros;

    /** How large the input is. */
    @Param({"256", "4096", "65536", "1048576", "4194304"})
    public int tensorBytes;

    private int products;
    private Tensors inputs;
    private LoadedModel plain;

    @Setup
    public void calibrate() {
      inputs = Tensors.of("x", Tensor.of(new float[tensorBytes / Float.BYTES],
          tensorBytes / Float.BYTES));
      int probe = 1000;
      ProductEngineProvider.Model model = new ProductEngineProvider.Model(probe);
      double best = Double.MAX_VALUE;
      for (int i = 0; i < 30; i++) {
        long start = System.nanoTime();
        var unused = model.run(inputs);
        best = Math.min(best, (System.nanoTime() - start) / 1e3 / probe);
      }
      products = Math.max(1, (int) (costMicros / best));
      plain = new ProductEngineProvider.Model(products);
    }
  }

  /** The same model out of a ledger. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls deploy() before all else
  public static class Attested {
    private Path directory;
    private ModelLedger ledger;
    private AttestedModel model;
    private @Nullable PendingReceipt[] inFlight;
    private int calls;

    @Setup
    public void deploy(Work work) throws IOException, InterruptedException {
      directory = Workspace.create("overhead");
      ledger = ModelLedger.builder("local:" + directory.resolve("ledger"))
          .home(directory.resolve("home"))
          .engine(ProductEngineProvider.NAME)
          .enqueueWait(LIMIT)
          .open();
      byte[] products = ByteBuffer.allocate(Integer.BYTES).putInt(work.products).array();
      model = ledger.load(ledger.register("bench/product",
          ModelFiles.of(Map.of(ProductEngineProvider.FILE, products)),
          Collections.emptySortedMap(), LineageFacts
              .builder(new EngineInfo("bench", "1", "cpu", 1), Instant.EPOCH, Instant.EPOCH)
              .build())
          .id());
      inFlight = new PendingReceipt[Math.clamp(IN_FLIGHT_BYTES / work.tensorBytes, 1, IN_FLIGHT)];
    }

    private Tensors infer(Work work) throws InterruptedException {
      int slot = calls++ % inFlight.length;
      Inference inference = model.infer(work.inputs);
      inFlight[slot] = inference.receipt();
      return inference.outputs();
    }

    private void awaitOldest() throws InterruptedException {
      PendingReceipt oldest = inFlight[calls % inFlight.length];
      if (oldest != null) {
        LoggedReceipt unused = oldest.await(LIMIT);
      }
    }

    private void awaitAll() throws InterruptedException {
      for (PendingReceipt pending : inFlight) {
        if (pending != null) {
          LoggedReceipt unused = pending.await(LIMIT);
        }
      }
    }

    @TearDown
    public void close() throws IOException {
      model.close();
      ledger.close();
      Workspace.delete(directory);
    }
  }

  /** Empties the queue while the clock stands. */
  @State(Scope.Benchmark)
  public static class EmptyQueue {
    @TearDown(Level.Invocation)
    public void drain(Attested attested) throws InterruptedException {
      attested.awaitAll();
    }
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void rawRun(Work work, Blackhole results) throws InterruptedException {
    for (int i = 0; i < CALLS; i++) {
      results.consume(work.plain.run(work.inputs));
    }
  }

  @Benchmark
  @Peer("rawRun")
  @OperationsPerInvocation(CALLS)
  public void attestedCaller(Work work, Attested attested, EmptyQueue queue, Blackhole results)
      throws InterruptedException {
    for (int i = 0; i < CALLS; i++) {
      results.consume(attested.infer(work));
    }
  }

  @Benchmark
  @Peer("rawRun")
  @OperationsPerInvocation(CALLS)
  public void attestedDurable(Work work, Attested attested, Blackhole results)
      throws InterruptedException {
    for (int i = 0; i < CALLS; i++) {
      attested.awaitOldest();
      results.consume(attested.infer(work));
    }
  }
}

package org.modelledger.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
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
 * The digits network on one thread, plain and attested. An attested call leaves a receipt that is
 * committed, encrypted and written by other threads, so it is measured twice:
 *
 * <ul>
 * <li>{@code attestedCaller}: what the caller feels. 1,024 calls, and while the clock stands their
 * receipts become durable, so that the queue is empty before each invocation and never near its bound.
 * <li>{@code attestedDurable}: what lasts. Each invocation ends when the receipts of the one before are
 * durable, so that receipts are made durable as fast as calls come, and at most 2,048 are in flight.
 * </ul>
 *
 * <p>{@code bench/run AttestedInferenceBenchmark -prof gc}
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class AttestedInferenceBenchmark {
  private static final int CALLS = 1024;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** The network, and some digits to look at. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls train() before all else
  public static class Network {
    /** How many digits there are in a call. */
    @Param({"1", "64"})
    public int batch;

    private TrainedModel trained;
    private Tensors inputs;

    @Setup
    public void train() throws IOException, InterruptedException {
      Digits digits = Digits.load();
      try (Trainer trainer = Providers.openTrainer("exact", ProviderOptions.empty(), loader())) {
        trained = trainer.train(Digits.spec(1), digits.dataset(digits.training()),
            TrainingListener.NONE);
      }
      inputs = digits.inputs(Arrays.copyOf(digits.heldOut(), batch));
    }

    private static ClassLoader loader() {
      return AttestedInferenceBenchmark.class.getClassLoader();
    }
  }

  /** The engine's own model. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls load() before all else
  public static class Plain {
    private InferenceEngine engine;
    private LoadedModel model;

    @Setup
    public void load(Network network) {
      engine = Providers.openInferenceEngine("exact", ProviderOptions.empty(), Network.loader());
      model = engine.load(network.trained.files());
    }

    @TearDown
    public void close() {
      model.close();
      engine.close();
    }
  }

  /** The same model out of a ledger. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls deploy() before all else
  public static class Attested {
    private Path directory;
    private ModelLedger ledger;
    private AttestedModel model;
    /** The newest receipt that nobody has waited for. */
    private Optional<PendingReceipt> newest = Optional.empty();

    @Setup
    public void deploy(Network network) throws IOException, InterruptedException {
      directory = Workspace.create("attested");
      ledger = ModelLedger.builder("local:" + directory.resolve("ledger"))
          .home(directory.resolve("home"))
          .engine("exact")
          .open();
      ledger.deploy(ledger.register("acme/digits", network.trained), "production");
      model = ledger.load("acme/digits@production");
    }

    private void awaitNewest() throws InterruptedException {
      if (newest.isPresent()) {
        LoggedReceipt unused = newest.get().await(LIMIT);
      }
    }

    private PendingReceipt infer(Network network, Blackhole results)
        throws InterruptedException {
      for (int i = 1; i < CALLS; i++) {
        results.consume(model.infer(network.inputs).outputs());
      }
      Inference last = model.infer(network.inputs);
      results.consume(last.outputs());
      return last.receipt();
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
      attested.awaitNewest();
    }
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void rawRun(Network network, Plain plain, Blackhole results)
      throws InterruptedException {
    for (int i = 0; i < CALLS; i++) {
      results.consume(plain.model.run(network.inputs));
    }
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void attestedCaller(Network network, Attested attested, EmptyQueue queue,
      Blackhole results) throws InterruptedException {
    attested.newest = Optional.of(attested.infer(network, results));
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void attestedDurable(Network network, Attested attested, Blackhole results)
      throws InterruptedException {
    PendingReceipt last = attested.infer(network, results);
    attested.awaitNewest();
    attested.newest = Optional.of(last);
  }
}

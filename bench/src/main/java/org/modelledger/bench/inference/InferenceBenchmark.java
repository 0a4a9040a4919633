package org.modelledger.bench.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.bench.Workspace;
import org.modelledger.bench.inference.BenchEngine.BareModel;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.training.LineageFacts;
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
 * A call of a model, by each engine.
 *
 * <ul>
 * <li>{@code rawRun}: by the runtime's own interface, its result copied into memory of the caller.
 * <li>{@code spi}: through {@link LoadedModel}.
 * <li>{@code attested}: out of a ledger, each call with a receipt. What lasts: a caller waits for the
 * receipt of the 1,024th call before, or of fewer where these would be more than 64 MiB of tensors, so
 * receipts become durable as fast as calls come.
 * </ul>
 *
 * <p>Before anything is measured, bare and SPI are asked for the same scores.
 *
 * <p>{@code bench/suite inference}
 */
@PartOf(value = Suite.INFERENCE, sweep = "batch", filter = Engines.Fitting.class)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class InferenceBenchmark {
  private static final int IN_FLIGHT = 1024;
  private static final int IN_FLIGHT_BYTES = 64 << 20;
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final double TOLERANCE = 1e-3;
  /** GPUs multiply float32 as TF32, with 10 bits of the mantissa, and choose a kernel for each session. */
  private static final double GPU_TOLERANCE = 3e-2;

  /** An engine, a network and rows to look at. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare() before all else
  public static class Setting {
    /** The engine's provider. */
    @Param({"exact", "onnxruntime", "pytorch", "tensorflow"})
    public String engine = "";

    /** The network. */
    @Param({"digits", "mlp-3m", "mlp-30m", "resnet-50", "bert-base", "gpt-2"})
    public String model = "";

    /** How many rows there are in a call. */
    @Param({"1", "8", "64"})
    public int batch;

    /** What the engine computes on. */
    @Param("cpu")
    public String device = "";

    /** How many threads the engine may use for one call. */
    @Param("1")
    public int engineThreads;

    private BenchEngine runtime;
    private BenchModel network;
    private ModelFiles files;
    private Tensors inputs;

    @Setup
    public void prepare() throws IOException {
      runtime = Engines.get(engine);
      network = Models.get(model);
      files = runtime.files(network);
      inputs = network.inputs(batch);
    }

    private BareModel bare() throws Exception {
      return runtime.bare(network, files, device, engineThreads, inputs);
    }

    private ProviderOptions options() {
      return runtime.options(device, engineThreads);
    }

    /** Fails unless outputs are what the runtime itself gives, as far as float32 goes. */
    private void check(String what, Tensors outputs) throws Exception {
      float[] ours = outputs.get(network.output()).toFloats();
      try (BareModel bare = bare()) {
        float[] theirs = bare.scores();
        double greatest = ours.length == theirs.length ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
          greatest = Math.max(greatest,
              Math.abs(ours[i] - theirs[i]) / Math.max(1, Math.abs(theirs[i])));
        }
        double tolerance = device.equals("cpu") ? TOLERANCE : GPU_TOLERANCE;
        if (!(greatest <= tolerance)) {
          throw new IllegalStateException(what + " gives " + ours.length
              + " numbers, the runtime itself "
              + theirs.length + "; they differ by up to " + greatest + ", expected " + tolerance);
        }
      }
    }
  }

  /** The runtime itself. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls load() before all else
  public static class Bare {
    private BareModel model;

    @Setup
    public void load(Setting setting) throws Exception {
      model = setting.bare();
    }

    Object run() throws Exception {
      return model.run();
    }

    @TearDown
    public void close() {
      model.close();
    }
  }

  /** The runtime itself once more: the same model in other memory. */
  @State(Scope.Benchmark)
  public static class OtherBare extends Bare {}

  /** The engine's own model. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls load() before all else
  public static class Spi {
    private InferenceEngine engine;
    private LoadedModel model;

    @Setup
    public void load(Setting setting) throws Exception {
      engine = Providers.openInferenceEngine(setting.engine, setting.options(),
          InferenceBenchmark.class.getClassLoader());
      model = engine.load(setting.files);
      setting.check("the engine " + setting.engine, model.run(setting.inputs));
    }

    Tensors run(Setting setting) throws InterruptedException {
      return model.run(setting.inputs);
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

    @Setup
    public void deploy(Setting setting) throws Exception {
      directory = Workspace.create("inference");
      ledger = ModelLedger.builder("local:" + directory.resolve("ledger"))
          .home(directory.resolve("home"))
          .engine(setting.engine, setting.options())
          .enqueueWait(LIMIT)
          .open();
      LineageFacts facts = LineageFacts
          .builder(new EngineInfo("bench", "1", "cpu", 1), Instant.EPOCH, Instant.EPOCH)
          .build();
      model = ledger.load(ledger
          .register("bench/" + setting.model, setting.files, Collections.emptySortedMap(), facts)
          .id());
      setting.check("the attested model", model.infer(setting.inputs).outputs());
    }

    @TearDown
    public void close() throws IOException {
      model.close();
      ledger.close();
      Workspace.delete(directory);
    }
  }

  /** The receipts that a caller has not waited for yet. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Caller {
    private @Nullable PendingReceipt[] inFlight;
    private int calls;

    @Setup
    public void open(Setting setting) {
      int bytes = setting.inputs.asMap()
          .values()
          .stream()
          .mapToInt(tensor -> tensor.data().remaining())
          .sum();
      inFlight = new PendingReceipt[Math.clamp(IN_FLIGHT_BYTES / bytes, 1, IN_FLIGHT)];
    }

    Tensors infer(Attested attested, Setting setting) throws InterruptedException {
      int slot = calls++ % inFlight.length;
      PendingReceipt oldest = inFlight[slot];
      if (oldest != null) {
        LoggedReceipt unused = oldest.await(LIMIT);
      }
      Inference inference = attested.model.infer(setting.inputs);
      inFlight[slot] = inference.receipt();
      return inference.outputs();
    }
  }

  @Benchmark
  public Object rawRun(Bare bare) throws Exception {
    return bare.run();
  }

  @Benchmark
  @Peer("rawRun")
  public Tensors spi(Setting setting, Spi spi) throws InterruptedException {
    return spi.run(setting);
  }

  @Benchmark
  @Peer("rawRun")
  public Tensors attested(Setting setting, Attested attested, Caller caller)
      throws InterruptedException {
    return caller.infer(attested, setting);
  }
}

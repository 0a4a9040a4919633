package org.modelledger.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.onnxruntime.OnnxRuntimeEngine;
import org.modelledger.ml.onnxruntime.OnnxRuntimeModel;
import org.modelledger.ml.onnxruntime.OnnxRuntimeOptions;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;
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
 * ONNX Runtime on one thread: bare, through our interface, and attested. The networks are dense layers with
 * seeded weights: {@code digits} (64-128-64-10), and two that take about as long for one row as their names say.
 *
 * <ul>
 * <li>{@code rawRun}: the best that ONNX Runtime's Java API does: one input tensor over direct memory and one output
 * tensor, both used again and again, so that each call overwrites the answer of the last.
 * <li>{@code spi}: {@code LoadedModel.run}, whose outputs are the caller's own.
 * <li>{@code attestedCaller}: the same out of a ledger, as the caller feels it: while the clock stands, the receipts
 * become durable.
 * </ul>
 *
 * <p>{@code bench/run OrtInferenceBenchmark}
 */
@PartOf(value = Suite.RECEIPTS, sweep = "batch")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class OrtInferenceBenchmark {
  private static final int CALLS = 32;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** A network and its inputs. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls build() before all else
  public static class Network {
    /** Which network. */
    @Param({"digits", "1ms", "10ms"})
    public String model = "";

    /** How many rows there are in a call. */
    @Param({"1", "8", "64"})
    public int batch;

    private int[] widths;
    private byte[] bytes;
    private Tensors inputs;

    @Setup
    public void build() {
      widths = switch (model) {
        case "digits" -> new int[]{64, 128, 64, 10};
        case "1ms" -> new int[]{512, 512, 512, 512, 512, 512, 512, 512, 10};
        case "10ms" -> new int[]{2048, 2048, 2048, 2048, 2048, 2048, 10};
        default -> throw new IllegalArgumentException("no network " + model);
      };
      SplittableRandom random = new SplittableRandom(1);
      OnnxModelBuilder graph = new OnnxModelBuilder(model).opset("", 17)
          .input(value("x", widths[0]))
          .output(value("y", widths[widths.length - 1]));
      for (int i = 1; i < widths.length; i++) {
        boolean last = i == widths.length - 1;
        graph.initializer(weights(random, "w" + i, widths[i - 1], widths[i]));
        graph.node(OnnxNode.of("MatMul", List.of(i == 1 ? "x" : "r" + (i - 1), "w" + i),
            List.of("h" + i)));
        graph.node(OnnxNode.of(last ? "Softmax" : "Relu", List.of("h" + i),
            List.of(last ? "y" : "r" + i)));
      }
      bytes = OnnxWriter.write(graph.build());
      float[] rows = new float[batch * widths[0]];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = (float) random.nextDouble();
      }
      inputs = Tensors.of("x", Tensor.of(rows, batch, widths[0]));
    }

    private static OnnxValue value(String name, int width) {
      return OnnxValue.of(name, OnnxDataType.FLOAT, OnnxDimension.free("N"),
          OnnxDimension.of(width));
    }

    private static org.modelledger.onnx.OnnxTensor weights(SplittableRandom random, String name,
        int from, int to) {
      float[] elements = new float[from * to];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = (float) ((random.nextDouble() - 0.5) / Math.sqrt(from));
      }
      return org.modelledger.onnx.OnnxTensor.ofFloats(name, elements, from, to);
    }

    private ModelFiles files() {
      return ModelFiles.of(Map.of("model.onnx", bytes));
    }
  }

  /** ONNX Runtime's own API. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class Bare {
    private OrtSession.SessionOptions options;
    private OrtSession session;
    private Map<String, OnnxTensor> input;
    private Map<String, OnnxTensor> output;

    @Setup
    public void open(Network network) throws OrtException {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      session = environment.createSession(network.bytes, options);
      Tensor x = network.inputs.get("x");
      FloatBuffer in = direct(x.data().remaining()).put(x.toFloats()).flip();
      input = Map.of("x", OnnxTensor.createTensor(environment, in, x.shape().lengths()));
      Shape y = Shape.of(network.batch, network.widths[network.widths.length - 1]);
      output = Map.of("y", OnnxTensor.createTensor(environment,
          direct(Math.toIntExact(y.elements() * Float.BYTES)), y.lengths()));
    }

    private static FloatBuffer direct(int bytes) {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    @TearDown
    public void close() throws OrtException {
      input.values().forEach(OnnxTensor::close);
      output.values().forEach(OnnxTensor::close);
      session.close();
      options.close();
    }
  }

  /** The engine's own model. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls load() before all else
  public static class Spi {
    private OnnxRuntimeEngine engine;
    private OnnxRuntimeModel model;

    @Setup
    public void load(Network network) {
      engine = OnnxRuntimeEngine.open(OnnxRuntimeOptions.defaults());
      model = engine.load(network.files());
    }

    @TearDown
    public void close() {
      model.close();
      engine.close();
    }
  }

  /** The same model out of a ledger. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls register() before all else
  public static class Attested {
    private Path directory;
    private ModelLedger ledger;
    private AttestedModel model;
    /** The newest receipt that nobody has waited for. */
    private Optional<PendingReceipt> newest = Optional.empty();

    @Setup
    public void register(Network network) throws IOException, InterruptedException {
      directory = Workspace.create("ort");
      ledger = ModelLedger.builder("local:" + directory.resolve("ledger"))
          .home(directory.resolve("home"))
          .engine("onnxruntime")
          .enqueueWait(LIMIT)
          .open();
      model = ledger.load(ledger.register("bench/" + network.model, network.files(),
          Collections.emptySortedMap(), LineageFacts
              .builder(new EngineInfo("bench", "1", "cpu", 1), Instant.EPOCH, Instant.EPOCH)
              .build())
          .id());
    }

    private Tensors infer(Network network) throws InterruptedException {
      Inference inference = model.infer(network.inputs);
      newest = Optional.of(inference.receipt());
      return inference.outputs();
    }

    private void awaitNewest() throws InterruptedException {
      if (newest.isPresent()) {
        LoggedReceipt unused = newest.get().await(LIMIT);
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
      attested.awaitNewest();
    }
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void rawRun(Bare bare, Blackhole results) throws OrtException {
    for (int i = 0; i < CALLS; i++) {
      try (OrtSession.Result result = bare.session.run(bare.input, bare.output)) {
        results.consume(result);
      }
    }
  }

  @Benchmark
  @Peer("rawRun")
  @OperationsPerInvocation(CALLS)
  public void spi(Network network, Spi spi, Blackhole results) throws InterruptedException {
    for (int i = 0; i < CALLS; i++) {
      results.consume(spi.model.run(network.inputs));
    }
  }

  @Benchmark
  @Peer("rawRun")
  @OperationsPerInvocation(CALLS)
  public void attestedCaller(Network network, Attested attested, EmptyQueue queue,
      Blackhole results) throws InterruptedException {
    for (int i = 0; i < CALLS; i++) {
      results.consume(attested.infer(network));
    }
  }
}

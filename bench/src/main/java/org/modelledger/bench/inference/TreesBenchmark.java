package org.modelledger.bench.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
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
 * Scoring by boosted trees: by the exact engine through {@link LoadedModel}, and by ONNX Runtime's own
 * interface on one thread, its result copied into memory of the caller. One ONNX file for both; before
 * anything is measured, both are asked for the same scores.
 *
 * <p>{@code bench/suite exact --only TreesBenchmark}
 */
@PartOf(value = Suite.EXACT, sweep = "batch")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TreesBenchmark {
  private static final double TOLERANCE = 1e-4;

  /** The trees and the rows. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare() before all else
  public static class Setting {
    /** How many trees there are. */
    @Param("500")
    public int trees;

    /** How many leaves each of them has. */
    @Param({"31", "63"})
    public int leaves;

    /** How many rows there are in a call. */
    @Param({"1", "64"})
    public int batch;

    private byte[] onnx;
    private Tensor rows;

    @Setup
    public void prepare() {
      onnx = TreeModel.onnx(trees, leaves);
      rows = TreeModel.rows(batch);
    }
  }

  /** ONNX Runtime itself. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls load() before all else
  public static class Bare {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private OrtSession.SessionOptions options;
    private OrtSession session;

    @Setup
    public void load(Setting setting) throws OrtException {
      options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      session = environment.createSession(setting.onnx, options);
    }

    private float[] run(Tensor rows) throws OrtException {
      try (
          OnnxTensor input = OnnxTensor.createTensor(environment, rows.data(),
              rows.shape().lengths(), OnnxJavaType.FLOAT);
          OrtSession.Result result = session.run(Map.of(TreeModel.INPUT, input))) {
        FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] copy = new float[scores.remaining()];
        scores.get(copy);
        return copy;
      }
    }

    @TearDown
    public void close() throws OrtException {
      session.close();
      options.close();
    }
  }

  /** The exact engine. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls load() before all else
  public static class Spi {
    private InferenceEngine engine;
    private LoadedModel model;
    private Tensors inputs;

    @Setup
    public void load(Setting setting, Bare bare) throws Exception {
      engine = Providers.openInferenceEngine("exact", ProviderOptions.empty(),
          TreesBenchmark.class.getClassLoader());
      model = engine.load(ModelFiles.of(Map.of(OnnxMlp.FILE, setting.onnx)));
      inputs = Tensors.of(TreeModel.INPUT, setting.rows);
      float[] ours = model.run(inputs).get(TreeModel.OUTPUT).toFloats();
      float[] theirs = bare.run(setting.rows);
      for (int i = 0; i < Math.max(ours.length, theirs.length); i++) {
        if (!(Math.abs(ours[i] - theirs[i]) <= TOLERANCE)) {
          throw new IllegalStateException("row " + i + " scores " + ours[i]
              + " by the exact engine and " + theirs[i] + " by ONNX Runtime");
        }
      }
    }

    @TearDown
    public void close() {
      model.close();
      engine.close();
    }
  }

  @Benchmark
  public float[] rawOnnxRuntime(Setting setting, Bare bare) throws OrtException {
    return bare.run(setting.rows);
  }

  @Benchmark
  @Peer("rawOnnxRuntime")
  public Tensors spi(Spi spi) throws InterruptedException {
    return spi.model.run(spi.inputs);
  }
}

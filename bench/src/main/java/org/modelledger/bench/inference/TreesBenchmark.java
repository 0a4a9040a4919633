package org.modelledger.bench.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import biz.k11i.xgboost.Predictor;
import biz.k11i.xgboost.util.FVec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
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
 * Scoring by boosted trees on one thread: by the exact engine through {@link LoadedModel}, and by what
 * others have, results in memory of the caller: ONNX Runtime's own interface, on the same file; XGBoost's
 * native code through its own Java interface, and the predictor in Java alone that reads XGBoost's files,
 * both on the same trees in XGBoost's formats. Each call has other rows. Before the exact engine is
 * measured, all of them are asked for the same scores.
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
  /** So many calls have other rows, or the processor learns the way of one row through all trees by heart. */
  private static final int CALLS = 256;

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

    private TreeModel model;
    private byte[] onnx;
    private Tensor[] rows;
    private float[][] numbers;
    private int call;

    @Setup
    public void prepare() {
      model = TreeModel.grow(trees, leaves);
      onnx = model.onnx();
      rows = new Tensor[CALLS];
      numbers = new float[CALLS][];
      for (int i = 0; i < CALLS; i++) {
        rows[i] = TreeModel.rows(batch, i);
        numbers[i] = rows[i].toFloats();
      }
    }

    private int next() {
      call = (call + 1) % CALLS;
      return call;
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

  /** XGBoost, its native code called from Java without a matrix in between. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls load() before all else
  public static class Xgboost {
    private Booster booster;

    @Setup
    public void load(Setting setting) throws Exception {
      booster = XGBoost.loadModel(XgboostTrees.json(setting.model));
      booster.setParam("nthread", 1);
    }

    private float[] run(float[] rows) throws XGBoostError {
      float[][] scores = booster.inplace_predict(rows, rows.length / TreeModel.FEATURES,
          TreeModel.FEATURES, Float.NaN);
      float[] copy = new float[scores.length];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = scores[i][0];
      }
      return copy;
    }

    @TearDown
    public void close() {
      booster.dispose();
    }
  }

  /** XGBoost's models in Java alone, row by row. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls load() before all else
  public static class Predicting {
    private Predictor predictor;

    @Setup
    public void load(Setting setting) throws IOException {
      predictor = new Predictor(new ByteArrayInputStream(XgboostTrees.binary(setting.model)));
    }

    private float[] run(float[] rows) {
      float[] scores = new float[rows.length / TreeModel.FEATURES];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = predictor.predictSingle(FVec.Transformer.fromArray(
            Arrays.copyOfRange(rows, i * TreeModel.FEATURES, (i + 1) * TreeModel.FEATURES),
            false), true);
      }
      return scores;
    }
  }

  /** The exact engine. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls load() before all else
  public static class Spi {
    private InferenceEngine engine;
    private LoadedModel model;
    private Tensors[] inputs;

    @Setup
    public void load(Setting setting, Bare bare, Xgboost xgboost, Predicting predictor)
        throws Exception {
      engine = Providers.openInferenceEngine("exact", ProviderOptions.empty(),
          TreesBenchmark.class.getClassLoader());
      model = engine.load(ModelFiles.of(Map.of(OnnxMlp.FILE, setting.onnx)));
      inputs = new Tensors[CALLS];
      for (int i = 0; i < CALLS; i++) {
        inputs[i] = Tensors.of(TreeModel.INPUT, setting.rows[i]);
        float[] ours = model.run(inputs[i]).get(TreeModel.OUTPUT).toFloats();
        agree("ONNX Runtime", bare.run(setting.rows[i]), ours);
        agree("XGBoost", xgboost.run(setting.numbers[i]), ours);
        agree("XGBoost's predictor in Java", predictor.run(setting.numbers[i]), ours);
      }
    }

    private static void agree(String who, float[] theirs, float[] ours) {
      for (int i = 0; i < Math.max(ours.length, theirs.length); i++) {
        if (!(Math.abs(ours[i] - theirs[i]) <= TOLERANCE)) {
          throw new IllegalStateException("row " + i + " scores " + ours[i]
              + " by the exact engine and " + theirs[i] + " by " + who);
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
    return bare.run(setting.rows[setting.next()]);
  }

  @Benchmark
  public float[] rawXgboost(Setting setting, Xgboost xgboost) throws XGBoostError {
    return xgboost.run(setting.numbers[setting.next()]);
  }

  @Benchmark
  public float[] rawXgboostPredictor(Setting setting, Predicting predictor) {
    return predictor.run(setting.numbers[setting.next()]);
  }

  @Benchmark
  @Peer("rawOnnxRuntime")
  public Tensors spi(Setting setting, Spi spi) throws InterruptedException {
    return spi.model.run(spi.inputs[setting.next()]);
  }
}

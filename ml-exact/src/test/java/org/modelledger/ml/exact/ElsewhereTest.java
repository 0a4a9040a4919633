package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFormatException;

/** Models that scikit-learn, XGBoost and LightGBM trained are served here, and say what they said there. */
class ElsewhereTest {
  /** Of a score, or of 1 where it is smaller; libraries add in float64, ONNX's operators in float32. */
  private static final double TOLERANCE = 2e-6;

  static Stream<String> all() {
    return Elsewhere.all().stream();
  }

  static Stream<String> tensorsOnly() {
    return all().filter(name -> !name.equals(Elsewhere.ZIP_MAP));
  }

  private static void assertClose(String name, float[] ours, double[] theirs) {
    assertThat(ours).hasSameSizeAs(theirs);
    for (int i = 0; i < ours.length; i++) {
      assertThat((double) ours[i]).as("%s, score %d", name, i)
          .isCloseTo(theirs[i], within(TOLERANCE * Math.max(1, Math.abs(theirs[i]))));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void saysWhatTheLibrarySays(String name) throws InterruptedException {
    try (LoadedModel model = OnnxGraphs.load(Elsewhere.model(name))) {
      Tensors outputs = model
          .run(Elsewhere.inputs(name, model, 0, Elsewhere.rows(name)));
      assertClose(name, Elsewhere.scores(outputs).toFloats(), Elsewhere.scores(name));
      List<String> labels = Elsewhere.labels(name)
          .stream()
          .map(label -> label.endsWith(".0") ? label.substring(0, label.length() - 2) : label)
          .toList();
      assertThat(Elsewhere.labels(outputs)).isEqualTo(labels);
    }
  }

  @ParameterizedTest
  @MethodSource("tensorsOnly")
  void saysWhatOnnxRuntimeSays(String name) throws InterruptedException, OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (LoadedModel model = OnnxGraphs.load(Elsewhere.model(name));
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      // onnxmltools declares the labels of LightGBM's models wrongly, of which it would warn
      options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      Tensors inputs = Elsewhere.inputs(name, model, 0, Elsewhere.rows(name));
      Map<String, OnnxTensorLike> given = new HashMap<>();
      try (OrtSession session = environment.createSession(Elsewhere.model(name), options)) {
        for (Map.Entry<String, Tensor> input : inputs.asMap().entrySet()) {
          given.put(input.getKey(), tensor(environment, input.getValue()));
        }
        Tensors ours = model.run(inputs);
        try (OrtSession.Result theirs = session.run(given)) {
          for (Map.Entry<String, OnnxValue> output : theirs) {
            OnnxTensor other = (OnnxTensor) output.getValue();
            Tensor mine = ours.get(output.getKey());
            assertThat(mine.shape().lengths()).isEqualTo(other.getInfo().getShape());
            switch (mine.dataType()) {
              case FP32 -> {
                FloatBuffer buffer = other.getFloatBuffer();
                double[] scores = new double[buffer.remaining()];
                for (int i = 0; i < scores.length; i++) {
                  scores[i] = buffer.get(i);
                }
                assertClose(name, mine.toFloats(), scores);
              }
              case INT64 ->
                assertThat(mine.toLongs()).containsExactly(other.getLongBuffer().array());
              default ->
                assertThat(mine.toStrings()).containsExactly((String[]) other.getValue());
            }
          }
        }
      } finally {
        given.values().forEach(OnnxTensorLike::close);
      }
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, Tensor tensor)
      throws OrtException {
    return tensor.dataType() == DataType.BYTES
        ? OnnxTensor.createTensor(environment, tensor.toStrings().toArray(new String[0]),
            tensor.shape().lengths())
        : OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor.toFloats()),
            tensor.shape().lengths());
  }

  @ParameterizedTest
  @MethodSource("all")
  void repeatsEveryBitInParallelAndRowByRow(String name) throws Exception {
    int rows = Elsewhere.rows(name);
    try (LoadedModel first = OnnxGraphs.load(Elsewhere.model(name));
        LoadedModel second = OnnxGraphs.load(Elsewhere.model(name));
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Tensors wanted = first.run(Elsewhere.inputs(name, first, 0, rows));
      Callable<Integer> task = () -> {
        int same = 0;
        for (int i = 0; i < 20; i++) {
          same += second.run(Elsewhere.inputs(name, second, 0, rows)).equals(wanted) ? 1 : 0;
        }
        return same;
      };
      for (Future<Integer> same : threads.invokeAll(Collections.nCopies(4, task))) {
        assertThat(same.get()).isEqualTo(20);
      }
      int classes = Elsewhere.scores(wanted).data().remaining() / Float.BYTES / rows;
      for (int r = 0; r < rows; r++) {
        Tensors alone = second.run(Elsewhere.inputs(name, second, r, 1));
        assertThat(Elsewhere.scores(alone).data()).as("%s, row %d", name, r)
            .isEqualTo(Elsewhere.scores(wanted)
                .data()
                .slice(r * classes * Float.BYTES, classes * Float.BYTES));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lightgbm-categories", "sklearn-texts-logistic",
      "sklearn-forest-iris-zipmap", "sklearn-linear-diabetes"})
  void mutatedModelsAreRunOrRefusedButNothingElse(String name) throws InterruptedException {
    byte[] bytes = Elsewhere.model(name);
    Tensors inputs;
    List<TensorSpec> specs;
    try (LoadedModel model = OnnxGraphs.load(bytes)) {
      specs = model.inputs();
      inputs = Elsewhere.inputs(name, model, 0, 3);
    }
    long seed = Long.getLong("modelledger.seed", 20260501L);
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    int ran = 0;
    for (int i = 0; i < 1500; i++) {
      byte[] mutant = bytes.clone();
      for (int k = random.nextInt(1, 4); k > 0; k--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      try (LoadedModel model = OnnxGraphs.load(mutant)) {
        if (model.inputs().equals(specs)) {
          assertThat(model.run(inputs).names()).as("seed %d", seed).isNotEmpty();
          ran++;
        }
      } catch (ModelFormatException | InferenceException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isGreaterThan(100);
    assertThat(ran).as("seed %d", seed).isGreaterThan(10);
  }
}

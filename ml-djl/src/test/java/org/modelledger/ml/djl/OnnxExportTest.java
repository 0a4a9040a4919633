package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.exact.ExactInferenceEngineProvider;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** One model trained in PyTorch, run by others: the digits' held-out fifth. */
class OnnxExportTest {
  private static final float TOLERANCE = 1e-4f;

  private static TrainedModel train(TrainingSpec spec, Dataset data) throws InterruptedException {
    try (Trainer trainer = PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults())) {
      return trainer.train(spec, data, TrainingListener.NONE);
    }
  }

  private static TrainedModel train(String algorithm, Map<String, String> parameters)
      throws IOException, InterruptedException {
    TreeMap<String, String> quick = new TreeMap<>(parameters);
    quick.put("epochs", "3");
    return train(DigitsTest.spec(algorithm, quick), Digits.read(false).dataset());
  }

  private static InferenceEngine engine() {
    return PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"mlp|activation=gelu", "mlp|activation=sigmoid;hidden=20,10",
      "cnn|image=1,8,8;filters=4,8", "cnn|image=1,8,8;filters=4,8,8,8;kernel=5;activation=tanh",
      "resnet|image=1,8,8;filters=4,8;blocks=2"})
  void onnxRuntimeComputesTheSame(String algorithm, String settings) throws Exception {
    Map<String, String> parameters = new TreeMap<>();
    for (String setting : settings.split(";", -1)) {
      String[] parts = setting.split("=", -1);
      parameters.put(parts[0], parts[1]);
    }
    TrainedModel trained = train(algorithm, parameters);
    Digits digits = Digits.read(true);
    try (InferenceEngine engine = engine(); LoadedModel ours = engine.load(trained.files())) {
      Tensors expected = ours
          .run(Tensors.of("pixels", Tensor.of(digits.flat(), digits.rows(), 64)));

      assertThat(scores(OnnxExport.files(trained.files()).read(OnnxExport.FILE), digits))
          .containsExactly(expected.get("scores").toFloats(), within(TOLERANCE));
    }
  }

  private static float[] scores(byte[] model, Digits digits) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor pixels = OnnxTensor.createTensor(environment,
              FloatBuffer.wrap(digits.flat()), new long[]{digits.rows(), 64});
          OrtSession.Result result = session.run(Map.of("pixels", pixels))) {
        FloatBuffer scores = ((OnnxTensor) result.get("scores").orElseThrow()).getFloatBuffer();
        float[] numbers = new float[scores.remaining()];
        scores.get(numbers);
        return numbers;
      }
    }
  }

  @Test
  void theExactEngineRunsAPerceptronAndTheDifferenceIsInTheLineage() throws Exception {
    TrainedModel trained = train("mlp", Map.of("hidden", "128,64"));
    try (InferenceEngine source = engine();
        InferenceEngine target = new ExactInferenceEngineProvider()
            .open(ProviderOptions.empty())) {
      TrainedModel exported = OnnxExport.export(trained, source, target,
          Digits.read(true).dataset(), TOLERANCE);

      assertThat(exported.files().names()).containsExactly("model.onnx");
      assertThat(exported.metrics()).containsAllEntriesOf(trained.metrics())
          .containsEntry(OnnxExport.ROWS, 359.0);
      assertThat(exported.metrics().get(OnnxExport.MAX_DIFFERENCE)).isBetween(0.0,
          (double) TOLERANCE);
      assertThat(exported.metrics().get(OnnxExport.SAME_LABELS)).isGreaterThan(0.99);
      assertThat(exported.facts().environment())
          .containsEntry(OnnxExport.SOURCE, "pytorch 2.7.1+djl-0.35.1")
          .hasEntrySatisfying(OnnxExport.TARGET, text -> assertThat(text).startsWith("exact "));
      assertThat(exported.facts().trainer()).isEqualTo(trained.facts().trainer());
      assertThatExceptionOfType(TrainingException.class)
          .isThrownBy(() -> OnnxExport.export(trained, source, target,
              Digits.read(true).dataset(), 0))
          .withMessageContaining("row ")
          .withMessageContaining("at most 0.0");
    }
  }

  @Test
  void whatOnnxDoesNotGetIsRefusedByName() throws Exception {
    TrainedModel transformer = train(
        TrainingSpec.builder("transformer")
            .features("x")
            .target("y")
            .parameter("epochs", 1)
            .build(),
        Dataset.of("steps", Tensors.of("x", Tensor.of(new float[4 * 6], 4, 2, 3), "y",
            Tensor.of(new long[]{0, 1, 0, 1}, 4))));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> OnnxExport.graph(transformer.files()))
        .withMessageContaining("transformer");
    ModelFiles module = TorchScripts.perceptronFiles(1);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> OnnxExport.graph(module))
        .withMessageContaining("model.json");
  }
}

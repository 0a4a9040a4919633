package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class DigitsTest {
  static TrainingSpec spec(String algorithm, Map<String, String> parameters) {
    TrainingSpec.Builder spec = TrainingSpec.builder(algorithm)
        .features("pixels")
        .target("digit")
        .seed(42)
        .parameter("epochs", 25)
        .parameter("inputScale", 1.0 / 16);
    parameters.forEach(spec::parameter);
    return spec.build();
  }

  private static TrainedModel train(TrainingSpec spec) throws IOException, InterruptedException {
    Digits heldOut = Digits.read(true);
    try (Trainer trainer = PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults());
        InferenceEngine engine = PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults())) {
      TrainedModel trained = trainer.train(spec, Digits.read(false).dataset(),
          Optional.of(heldOut.dataset()), TrainingListener.NONE);
      try (LoadedModel model = engine.load(trained.files())) {
        assertThat(model.determinism()).isEqualTo(Determinism.PROBED);
        long[] labels = model
            .run(Tensors.of("pixels", Tensor.of(heldOut.flat(), heldOut.rows(), 64)))
            .get("label")
            .toLongs();
        int right = 0;
        for (int r = 0; r < labels.length; r++) {
          right += labels[r] == heldOut.labels().get(r) ? 1 : 0;
        }
        assertThat((double) right / labels.length)
            .isEqualTo(trained.metrics().get("validation.accuracy"));
      }
      return trained;
    }
  }

  @Test
  void aPerceptronReadsAHeldOutFifth() throws IOException, InterruptedException {
    assertThat(train(
        spec("mlp", Map.of("hidden", "128,64", "schedule", "cosine", "learningRate", "0.003")))
        .metrics()
        .get("validation.accuracy")).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void aConvolutionalNetworkReadsAHeldOutFifth() throws IOException, InterruptedException {
    assertThat(train(spec("cnn", Map.of("image", "1,8,8", "filters", "16,32"))).metrics()
        .get("validation.accuracy")).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void aResidualNetworkReadsAHeldOutFifth() throws IOException, InterruptedException {
    assertThat(train(spec("resnet",
        Map.of("image", "1,8,8", "filters", "8,16", "schedule", "cosine", "learningRate",
            "0.01", "epochs", "12")))
        .metrics()
        .get("validation.accuracy")).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void aModuleLearnsToReadAHeldOutFifth() throws IOException, InterruptedException {
    Digest artifact = Digest.sha256(new byte[]{1});
    Digits heldOut = Digits.read(true);
    TrainingSpec spec = TrainingSpec.builder("torchscript")
        .features("pixels")
        .target("digit")
        .parameter("epochs", 25)
        .build();
    try (
        Trainer trainer = PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults()
            .base(TorchScripts.perceptronFiles(5), artifact));
        InferenceEngine engine = PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults())) {
      TrainedModel trained = trainer.train(spec, Digits.read(false).dataset(),
          Optional.of(heldOut.dataset()), TrainingListener.NONE);

      assertThat(trained.metrics().get("validation.accuracy")).isGreaterThanOrEqualTo(0.94);
      assertThat(trained.facts().parents()).containsExactly(artifact);
      try (LoadedModel model = engine.load(trained.files())) {
        assertThat(model.inputs()).extracting(TensorSpec::name).containsExactly("pixels");
        float[] logits = model
            .run(Tensors.of("pixels", Tensor.of(heldOut.flat(), heldOut.rows(), 64)))
            .get("logits")
            .toFloats();
        assertThat(accuracy(logits, heldOut))
            .isCloseTo(trained.metrics().get("validation.accuracy"), within(1e-9));
      }
    }
  }

  private static double accuracy(float[] logits, Digits digits) {
    int right = 0;
    for (int r = 0; r < digits.rows(); r++) {
      int best = 0;
      for (int c = 1; c < 10; c++) {
        best = logits[r * 10 + c] > logits[r * 10 + best] ? c : best;
      }
      right += best == digits.labels().get(r) ? 1 : 0;
    }
    return (double) right / digits.rows();
  }

  @Test
  void aTransformerReadsTheDigitsAsEightSteps() throws IOException, InterruptedException {
    Digits heldOut = Digits.read(true);
    TrainingSpec spec = spec("transformer",
        Map.of("dropout", "0.1", "layers", "1", "learningRate", "0.005", "epochs", "10"));
    try (Trainer trainer = PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults())) {
      TrainedModel trained = trainer.train(spec, steps(Digits.read(false)),
          Optional.of(steps(heldOut)), TrainingListener.NONE);

      assertThat(trained.metrics().get("validation.accuracy")).isGreaterThanOrEqualTo(0.94);
    }
  }

  private static Dataset steps(Digits digits) {
    return Dataset.of("digits", Tensors.of("pixels", Tensor.of(digits.flat(), digits.rows(), 8, 8),
        "digit", Tensor.of(digits.flatLabels(), digits.rows())));
  }
}

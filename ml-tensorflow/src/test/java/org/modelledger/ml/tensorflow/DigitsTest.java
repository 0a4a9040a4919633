package org.modelledger.ml.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Four networks learn to read handwritten digits; every fifth row is held out. */
class DigitsTest {
  private static TrainingSpec.Builder spec(String algorithm) {
    return TrainingSpec.builder(algorithm)
        .features("pixels")
        .target("digit")
        .seed(42)
        .parameter("inputScale", 1.0 / 16);
  }

  private static void reads(TrainingSpec.Builder spec, double accuracy)
      throws IOException, InterruptedException {
    Digits heldOut = Digits.read(true);
    try (Trainer trainer = TensorFlowTrainerOptions.defaults().open();
        InferenceEngine engine = TensorFlowOptions.defaults().open()) {
      TrainedModel model = trainer.train(spec.build(), Digits.read(false).dataset(),
          Optional.of(heldOut.dataset()), TrainingListener.NONE);

      assertThat(model.metrics().get("validation.accuracy")).isGreaterThanOrEqualTo(accuracy);
      try (LoadedModel loaded = engine.load(model.files())) {
        Tensors outputs = loaded
            .run(Tensors.of("pixels", Tensor.of(heldOut.flat(), heldOut.rows(), 64)));
        long[] labels = outputs.get("label").toLongs();
        float[] probabilities = outputs.get("scores").toFloats();
        int right = 0;
        double loss = 0;
        for (int r = 0; r < labels.length; r++) {
          int wanted = heldOut.labels().get(r).intValue();
          right += labels[r] == wanted ? 1 : 0;
          loss -= Math.log(probabilities[r * 10 + wanted]);
        }
        assertThat((double) right / labels.length)
            .isEqualTo(model.metrics().get("validation.accuracy"));
        assertThat(loss / labels.length)
            .isCloseTo(Objects.requireNonNull(model.metrics().get("validation.loss")),
                within(1e-4));
      }
    }
  }

  @Test
  void aSoftmaxRegressionReadsThem() throws IOException, InterruptedException {
    reads(spec("softmax-regression").parameter("epochs", 25).parameter("learningRate", 0.01), 0.94);
  }

  @Test
  void aPerceptronReadsThem() throws IOException, InterruptedException {
    reads(spec("mlp").parameter("hidden", "128,64")
        .parameter("epochs", 30)
        .parameter("schedule", "cosine")
        .parameter("warmupEpochs", 2)
        .parameter("learningRate", 0.003), 0.97);
  }

  @Test
  void aConvolutionalNetworkReadsThem() throws IOException, InterruptedException {
    reads(spec("cnn").parameter("image", "8,8")
        .parameter("filters", "16,32")
        .parameter("hidden", "64")
        .parameter("epochs", 15)
        .parameter("schedule", "cosine")
        .parameter("learningRate", 0.003), 0.97);
  }

  @Test
  void aResidualNetworkReadsThem() throws IOException, InterruptedException {
    reads(spec("resnet").parameter("image", "8,8,1")
        .parameter("filters", "16,32")
        .parameter("blocks", 1)
        .parameter("epochs", 20)
        .parameter("schedule", "cosine")
        .parameter("learningRate", 0.01), 0.97);
  }
}

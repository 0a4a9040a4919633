package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class DigitsTest {
  private static final TrainingSpec SPEC = new MlpSpec("pixels", "digit").hidden(128, 64)
      .epochs(30)
      .adam(0.001)
      .inputScale(1.0 / 16)
      .seed(42)
      .toTrainingSpec();

  @Test
  void aPerceptronReadsAHeldOutFifth() throws IOException, InterruptedException {
    Digits heldOut = Digits.read(true);
    try (Trainer trainer = new ExactTrainerProvider().open(ProviderOptions.empty());
        InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty())) {
      TrainedModel model = trainer.train(SPEC, Digits.read(false).dataset(),
          Optional.of(heldOut.dataset()),
          TrainingListener.NONE);
      assertThat(model.metrics().get("validation.accuracy")).isGreaterThanOrEqualTo(0.96);
      try (LoadedModel loaded = engine.load(model.files())) {
        long[] labels = loaded
            .run(Tensors.of("pixels", Tensor.of(heldOut.flat(), heldOut.rows(), 64)))
            .get("label")
            .toLongs();
        int right = 0;
        for (int r = 0; r < labels.length; r++) {
          right += labels[r] == heldOut.labels().get(r) ? 1 : 0;
        }
        assertThat((double) right / labels.length)
            .isEqualTo(model.metrics().get("validation.accuracy"));
      }
    }
  }

  @Test
  void aSoftmaxRegressionReadsAHeldOutFifth() throws IOException, InterruptedException {
    try (Trainer trainer = new ExactTrainerProvider().open(ProviderOptions.empty())) {
      TrainedModel model = trainer.train(
          new SoftmaxSpec("pixels", "digit").epochs(30)
              .adam(0.01)
              .inputScale(1.0 / 16)
              .toTrainingSpec(),
          Digits.read(false).dataset(), Optional.of(Digits.read(true).dataset()),
          TrainingListener.NONE);
      assertThat(model.metrics().get("validation.accuracy")).isGreaterThanOrEqualTo(0.94);
    }
  }
}

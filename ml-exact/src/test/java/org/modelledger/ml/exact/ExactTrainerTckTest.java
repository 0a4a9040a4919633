package org.modelledger.ml.exact;

import java.time.InstantSource;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.TrainerTck;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingSpec;

class ExactTrainerTckTest extends TrainerTck {
  @Override
  protected Trainer newTrainer() {
    return ExactTrainerProvider.open(2, InstantSource.system());
  }

  @Override
  protected InferenceEngine newEngine() {
    return new ExactInferenceEngineProvider().open(ProviderOptions.empty());
  }

  @Override
  protected TrainingSpec spec() {
    return new MlpSpec("x", "y").hidden(8, 4)
        .relu()
        .float32()
        .epochs(2)
        .batchSize(20)
        .adam(0.01)
        .learningRateDecay(0.9)
        .weightDecay(0.01)
        .inputScale(0.5)
        .standardize()
        .classes(3)
        .seed(7)
        .toTrainingSpec();
  }

  @Override
  protected Dataset data() {
    return Golden.clusters(50, 5, 3, 6, false);
  }
}

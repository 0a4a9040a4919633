package org.modelledger.ml.exact;

import java.time.InstantSource;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.TrainerTck;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingSpec;

class LogisticRegressionTrainerTckTest extends TrainerTck {
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
    return new LogisticRegressionSpec("x", "y").l1(0.01)
        .l2(0.02)
        .standardize()
        .tolerance(1e-9)
        .maxIterations(50)
        .classes(3)
        .toTrainingSpec();
  }

  @Override
  protected boolean usesTheSeed() {
    return false;
  }

  @Override
  protected Dataset data() {
    return Golden.clusters(50, 5, 3, 6, false);
  }
}

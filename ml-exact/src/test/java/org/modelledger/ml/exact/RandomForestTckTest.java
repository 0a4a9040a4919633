package org.modelledger.ml.exact;

import java.time.InstantSource;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.TrainerTck;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingSpec;

class RandomForestTckTest extends TrainerTck {
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
    return new RandomForestSpec("x", "y").gini(3)
        .trees(3)
        .maxDepth(5)
        .minSamplesLeaf(2)
        .maxFeatures(3)
        .maxBins(32)
        .bootstrap(true)
        .categorical()
        .set("missing", "refuse")
        .seed(7)
        .toTrainingSpec();
  }

  @Override
  protected Dataset data() {
    return Golden.clusters(50, 5, 3, 6, false);
  }
}

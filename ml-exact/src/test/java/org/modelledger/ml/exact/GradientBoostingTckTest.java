package org.modelledger.ml.exact;

import java.time.InstantSource;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.TrainerTck;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingSpec;

class GradientBoostingTckTest extends TrainerTck {
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
    return new GradientBoostingSpec("x", "y").softmax(3)
        .rounds(2)
        .learningRate(0.2)
        .numLeaves(5)
        .maxDepth(4)
        .minSamplesLeaf(3)
        .minChildWeight(0.01)
        .lambdaL1(0.01)
        .lambdaL2(0.1)
        .minSplitGain(0.01)
        .subsample(0.6)
        .featureFraction(0.7)
        .maxBins(16)
        .categorical()
        .monotone(1, 0, 0, 0, 0)
        .set("missing", "refuse")
        .set("catSmooth", 5)
        .set("catL2", 5)
        .set("maxCatThreshold", 9)
        .set("patience", 0)
        .set("validationFraction", 0.0)
        .seed(7)
        .toTrainingSpec();
  }

  @Override
  protected Dataset data() {
    return Golden.clusters(50, 5, 3, 6, false);
  }
}

package org.modelledger.ml.tensorflow;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.tck.TrainerTck;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingSpec;

class TensorFlowTrainerTckTest extends TrainerTck {
  @Override
  protected Trainer newTrainer() {
    return TensorFlowTrainerOptions.defaults().open();
  }

  @Override
  protected InferenceEngine newEngine() {
    return TensorFlowOptions.defaults().open();
  }

  @Override
  protected TrainingSpec spec() {
    return TrainingSpec.builder("mlp")
        .features("x")
        .target("y")
        .seed(7)
        .parameter("hidden", "8,4")
        .parameter("activation", "relu")
        .parameter("epochs", 3)
        .parameter("batchSize", 20)
        .parameter("optimizer", "adam")
        .parameter("learningRate", 0.01)
        .parameter("beta1", 0.9)
        .parameter("beta2", 0.999)
        .parameter("epsilon", 1e-8)
        .parameter("schedule", "step")
        .parameter("learningRateDecay", 0.9)
        .parameter("decayEpochs", 1)
        .parameter("warmupEpochs", 1)
        .parameter("weightDecay", 0.01)
        .parameter("inputScale", 0.5)
        .parameter("standardize", "true")
        .parameter("classes", 3)
        .build();
  }

  @Override
  protected Dataset data() {
    return Clusters.of(50, 6);
  }
}

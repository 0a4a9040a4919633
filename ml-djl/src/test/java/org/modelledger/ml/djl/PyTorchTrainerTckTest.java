package org.modelledger.ml.djl;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.tck.TrainerTck;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingSpec;

class PyTorchTrainerTckTest extends TrainerTck {
  @Override
  protected Trainer newTrainer() {
    return PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults());
  }

  @Override
  protected InferenceEngine newEngine() {
    return PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults());
  }

  @Override
  protected TrainingSpec spec() {
    return TrainingSpec.builder("mlp")
        .features("x")
        .target("y")
        .seed(7)
        .parameter("hidden", "8,4")
        .parameter("activation", "tanh")
        .parameter("epochs", 2)
        .parameter("batchSize", 20)
        .parameter("optimizer", "adamw")
        .parameter("learningRate", 0.01)
        .parameter("beta1", 0.9)
        .parameter("beta2", 0.99)
        .parameter("epsilon", 1e-7)
        .parameter("weightDecay", 0.01)
        .parameter("schedule", "step")
        .parameter("stepEpochs", "1")
        .parameter("stepFactor", 0.5)
        .parameter("warmUpEpochs", 0.5)
        .parameter("inputScale", 0.5)
        .parameter("classes", 3)
        .build();
  }

  @Override
  protected Dataset data() {
    return Clusters.of(50, 5, 3, 6);
  }
}

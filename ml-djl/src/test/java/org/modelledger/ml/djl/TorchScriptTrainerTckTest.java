package org.modelledger.ml.djl;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.model.Digest;
import org.modelledger.tck.TrainerTck;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingSpec;

/** The trainer on a TorchScript module. */
class TorchScriptTrainerTckTest extends TrainerTck {
  @Override
  protected Trainer newTrainer() {
    return PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults()
        .base(TorchScripts.perceptronFiles(3), Digest.sha256(new byte[]{3})));
  }

  @Override
  protected InferenceEngine newEngine() {
    return PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults());
  }

  @Override
  protected TrainingSpec spec() {
    return TrainingSpec.builder("torchscript")
        .features("x")
        .target("y")
        .seed(7)
        .parameter("epochs", 2)
        .parameter("batchSize", 20)
        .parameter("optimizer", "sgd")
        .parameter("momentum", 0.5)
        .parameter("learningRate", 0.05)
        .parameter("schedule", "cosine")
        .parameter("minLearningRate", 0.01)
        .parameter("classes", 10)
        .build();
  }

  @Override
  protected Dataset data() {
    return Clusters.of(50, 64, 10, 6);
  }
}

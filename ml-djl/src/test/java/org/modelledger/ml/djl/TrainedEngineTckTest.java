package org.modelledger.ml.djl;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.tck.InferenceEngineTck;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** The engine on what the trainer makes. */
class TrainedEngineTckTest extends InferenceEngineTck {
  private static final TrainingSpec SPEC = TrainingSpec.builder("mlp")
      .features("x")
      .target("y")
      .parameter("hidden", "8")
      .parameter("epochs", 2)
      .build();

  @Override
  protected InferenceEngine newEngine() {
    return PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults());
  }

  @Override
  protected ModelFiles model() throws InterruptedException {
    try (Trainer trainer = PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults())) {
      return trainer.train(SPEC, Clusters.of(40, 5, 3, 6), TrainingListener.NONE).files();
    }
  }

  @Override
  protected Tensors inputs(long seed, int batch) {
    return Tensors.of("x", Clusters.of(batch, 5, 3, seed).read(0, batch).get("x"));
  }
}

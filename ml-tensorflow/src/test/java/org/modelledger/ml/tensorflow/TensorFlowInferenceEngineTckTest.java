package org.modelledger.ml.tensorflow;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.tck.InferenceEngineTck;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class TensorFlowInferenceEngineTckTest extends InferenceEngineTck {
  @Override
  protected InferenceEngine newEngine() {
    return TensorFlowOptions.defaults().open();
  }

  private static final ModelFiles MODEL = train();

  private static ModelFiles train() {
    try (Trainer trainer = TensorFlowTrainerOptions.defaults().open()) {
      return trainer.train(
          TrainingSpec.builder("mlp")
              .features("x")
              .target("y")
              .parameter("hidden", "8")
              .parameter("epochs", 1)
              .parameter("standardize", "true")
              .build(),
          Clusters.of(40, 1), TrainingListener.NONE).files();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this", e);
    }
  }

  @Override
  protected ModelFiles model() {
    return MODEL;
  }

  @Override
  protected Tensors inputs(long seed, int batch) {
    return Tensors.of("x", Clusters.features(batch, seed));
  }
}

package org.modelledger.ml.exact;

import java.time.InstantSource;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.InferenceEngineTck;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;

class ExactInferenceEngineTckTest extends InferenceEngineTck {
  @Override
  protected InferenceEngine newEngine() {
    return new ExactInferenceEngineProvider().open(ProviderOptions.empty());
  }

  @Override
  protected ModelFiles model() throws InterruptedException {
    try (Trainer trainer = ExactTrainerProvider.open(1, InstantSource.system())) {
      return trainer.train(new MlpSpec("x", "y").hidden(8).epochs(2).standardize().toTrainingSpec(),
          Golden.clusters(40, 5, 3, 6, false), TrainingListener.NONE).files();
    }
  }

  @Override
  protected Tensors inputs(long seed, int batch) {
    return Tensors.of("x", Golden.clusters(batch, 5, 3, seed, false).read(0, batch).get("x"));
  }
}

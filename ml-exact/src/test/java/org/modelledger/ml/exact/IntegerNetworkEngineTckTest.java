package org.modelledger.ml.exact;

import java.time.InstantSource;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.InferenceEngineTck;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;

/** The engine, with a network of whole numbers. */
class IntegerNetworkEngineTckTest extends InferenceEngineTck {
  @Override
  protected InferenceEngine newEngine() {
    return new ExactInferenceEngineProvider().open(ProviderOptions.empty());
  }

  @Override
  protected ModelFiles model() throws InterruptedException {
    Dataset data = Golden.clusters(40, 5, 3, 6, false);
    try (Trainer trainer = ExactTrainerProvider.open(1, InstantSource.system())) {
      return IntegerExporter.export(
          trainer.train(new MlpSpec("x", "y").hidden(8).epochs(2).standardize().toTrainingSpec(),
              data, TrainingListener.NONE),
          data, data).network().files();
    }
  }

  @Override
  protected Tensors inputs(long seed, int batch) {
    return Tensors.of("x", Golden.clusters(batch, 5, 3, seed, false).read(0, batch).get("x"));
  }
}

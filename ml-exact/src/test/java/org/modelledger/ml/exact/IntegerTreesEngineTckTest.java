package org.modelledger.ml.exact;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.InferenceEngineTck;
import org.modelledger.training.Dataset;

/** The engine, with trees of whole numbers. */
class IntegerTreesEngineTckTest extends InferenceEngineTck {
  @Override
  protected InferenceEngine newEngine() {
    return new ExactInferenceEngineProvider().open(ProviderOptions.empty());
  }

  @Override
  protected ModelFiles model() throws InterruptedException {
    Dataset data = Golden.clusters(60, 5, 3, 6, false);
    return IntegerTreesExporter.export(
        TreeTables.train(new GradientBoostingSpec("x", "y").softmax(3)
            .rounds(4)
            .minSamplesLeaf(3)
            .toTrainingSpec(), data),
        LeafType.INT8, data).trees().files();
  }

  @Override
  protected Tensors inputs(long seed, int batch) {
    return Tensors.of("x", Golden.clusters(batch, 5, 3, seed, false).read(0, batch).get("x"));
  }
}

package org.modelledger.ml.onnxruntime;

import java.util.SplittableRandom;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.tck.InferenceEngineTck;

class OnnxRuntimeEngineTckTest extends InferenceEngineTck {
  private static final ModelFiles MODEL = Graphs.files(Graphs.mlp(1, 5, 8, 3));

  @Override
  protected InferenceEngine newEngine() {
    return new OnnxRuntimeEngineProvider().open(ProviderOptions.empty());
  }

  @Override
  protected ModelFiles model() {
    return MODEL;
  }

  @Override
  protected Tensors inputs(long seed, int batch) {
    return Tensors.of("x",
        Tensor.of(Graphs.floats(new SplittableRandom(seed), batch * 5), batch, 5));
  }
}

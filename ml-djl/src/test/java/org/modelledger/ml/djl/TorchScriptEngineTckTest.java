package org.modelledger.ml.djl;

import java.util.SplittableRandom;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.tck.InferenceEngineTck;

/** The engine on a TorchScript module. */
class TorchScriptEngineTckTest extends InferenceEngineTck {
  @Override
  protected InferenceEngine newEngine() {
    return PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults());
  }

  @Override
  protected ModelFiles model() {
    return TorchScripts.perceptronFiles(3);
  }

  @Override
  protected Tensors inputs(long seed, int batch) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] pixels = new float[batch * 64];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    return Tensors.of("pixels", Tensor.of(pixels, batch, 64));
  }
}

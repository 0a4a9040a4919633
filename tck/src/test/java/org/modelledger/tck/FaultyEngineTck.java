package org.modelledger.tck;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;

/** The engine's tests over one that is broken on purpose; run by {@link InferenceEngineTckTest}. */
class FaultyEngineTck extends InferenceEngineTck {
  static final AtomicReference<LinearFault> FAULT = new AtomicReference<>(LinearFault.NONE);
  private static final int WIDTH = 4;

  LinearFault fault() {
    return FAULT.get();
  }

  @Override
  protected InferenceEngine newEngine() {
    return new LinearEngine(fault());
  }

  @Override
  protected ModelFiles model() {
    return ModelFiles.of(Map.of(LinearEngine.FILE,
        LinearEngine.encode(new double[]{0.5, -1.25, 3, 0.125}, 7)));
  }

  @Override
  protected Tensors inputs(long seed, int batch) {
    SplittableRandom random = new SplittableRandom(seed);
    return Tensors.of("x",
        Tensor.of(random.doubles((long) batch * WIDTH).toArray(), batch, WIDTH));
  }
}

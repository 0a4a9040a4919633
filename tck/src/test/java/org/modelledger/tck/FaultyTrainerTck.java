package org.modelledger.tck;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingSpec;

/** The trainer's tests over one that is broken on purpose; run by {@link TrainerTckTest}. */
class FaultyTrainerTck extends TrainerTck {
  static final AtomicReference<LinearFault> FAULT = new AtomicReference<>(LinearFault.NONE);
  private static final int ROWS = 10;

  LinearFault fault() {
    return FAULT.get();
  }

  @Override
  protected Trainer newTrainer() {
    return new LinearTrainer(fault());
  }

  @Override
  protected InferenceEngine newEngine() {
    return new LinearEngine(LinearFault.NONE);
  }

  @Override
  protected TrainingSpec spec() {
    return TrainingSpec.builder("linear")
        .features("x")
        .target("y")
        .seed(5)
        .parameter("rate", 0.02)
        .parameter("epochs", 3)
        .build();
  }

  @Override
  protected Dataset data() {
    SplittableRandom random = new SplittableRandom(11);
    return Dataset.of("points",
        Tensors.of("x", Tensor.of(random.doubles(ROWS * 2L).toArray(), ROWS, 2), "y",
            Tensor.of(random.doubles(ROWS).toArray(), ROWS)));
  }
}

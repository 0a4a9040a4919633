package org.modelledger.bench.boosting;

import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.exact.GradientBoostingSpec;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;

/** The exact engine through the SPI. */
final class Exact implements Booster {
  private final Trainer trainer;

  Exact(int threads) {
    trainer = Providers.openTrainer("exact",
        ProviderOptions.empty().with("threads", Integer.toString(threads)),
        Exact.class.getClassLoader());
  }

  @Override
  public Model train(BoostingRows rows, int rounds) throws InterruptedException {
    return new Trained(trainer.train(
        new GradientBoostingSpec("x", "y").logistic()
            .rounds(rounds)
            .numLeaves(Sizes.LEAVES)
            .maxBins(Sizes.MAX_BINS)
            .learningRate(Sizes.RATE)
            .minSamplesLeaf(Sizes.MIN_ROWS)
            .missingAsNan()
            .toTrainingSpec(),
        rows.dataset(), TrainingListener.NONE));
  }

  @Override
  public void close() {
    trainer.close();
  }

  private record Trained(TrainedModel model) implements Model {
    @Override
    public double[] score(BoostingRows rows) throws InterruptedException {
      try (
          InferenceEngine engine = Providers.openInferenceEngine("exact", ProviderOptions.empty(),
              Exact.class.getClassLoader());
          LoadedModel loaded = engine.load(model.files())) {
        float[] probabilities = loaded
            .run(Tensors.of("x", Tensor.of(rows.numbers(), rows.rows(), rows.features())))
            .get("scores")
            .toFloats();
        double[] scores = new double[rows.rows()];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = probabilities[2 * i + 1];
        }
        return scores;
      }
    }

    @Override
    public void close() {
      // holds nothing
    }
  }
}

package org.modelledger.bench.boosting;

import com.microsoft.ml.lightgbm.PredictionType;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import io.github.metarank.lightgbm4j.LGBMException;
import java.io.IOException;

/** LightGBM's native code through lightgbm4j. */
final class Lightgbm implements Booster {
  private final int threads;

  Lightgbm(int threads) throws IOException {
    this.threads = threads;
    LGBMBooster.loadNative();
  }

  @Override
  public Model train(BoostingRows rows, int rounds) throws LGBMException {
    String common = "num_threads=" + threads + " max_bin=" + Sizes.MAX_BINS + " verbosity=-1";
    LGBMDataset data = LGBMDataset.createFromMat(rows.numbers(), rows.rows(), rows.features(), true,
        common, null);
    data.setField("label", rows.labels());
    LGBMBooster booster = LGBMBooster.create(data,
        common + " objective=binary num_leaves=" + Sizes.LEAVES + " learning_rate=" + Sizes.RATE
            + " min_data_in_leaf=" + Sizes.MIN_ROWS);
    for (int i = 0; i < rounds; i++) {
      booster.updateOneIter();
    }
    return new Trained(booster, data);
  }

  @Override
  public void close() {
    // holds nothing
  }

  private record Trained(LGBMBooster booster, LGBMDataset data) implements Model {
    @Override
    public double[] score(BoostingRows rows) throws LGBMException {
      return booster.predictForMat(rows.numbers(), rows.rows(), rows.features(), true,
          PredictionType.C_API_PREDICT_RAW_SCORE);
    }

    @Override
    public void close() {
      try {
        booster.close();
        data.close();
      } catch (LGBMException e) {
        throw new IllegalStateException("LightGBM does not let go of a model", e);
      }
    }
  }
}

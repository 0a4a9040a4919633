package org.modelledger.bench.boosting;

import java.util.Map;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** XGBoost's native code through its own Java interface, growing trees leaf by leaf as the others do. */
final class Xgboost implements Booster {
  private final int threads;

  Xgboost(int threads) {
    this.threads = threads;
  }

  @Override
  public Model train(BoostingRows rows, int rounds) throws XGBoostError {
    DMatrix data = matrix(rows);
    data.setLabel(rows.labels());
    return new Trained(XGBoost.train(data,
        Map.ofEntries(Map.entry("objective", "binary:logistic"), Map.entry("tree_method", "hist"),
            Map.entry("grow_policy", "lossguide"), Map.entry("max_depth", 0),
            Map.entry("max_leaves", Sizes.LEAVES), Map.entry("max_bin", Sizes.MAX_BINS),
            Map.entry("eta", Sizes.RATE), Map.entry("lambda", 0),
            // rows of a leaf it cannot count: a hessian is a quarter at most
            Map.entry("min_child_weight", Sizes.MIN_ROWS / 4), Map.entry("nthread", threads),
            Map.entry("verbosity", 0)),
        rounds, Map.of(), null, null), data);
  }

  private DMatrix matrix(BoostingRows rows) throws XGBoostError {
    return new DMatrix(rows.numbers(), rows.rows(), rows.features(), Float.NaN);
  }

  @Override
  public void close() {
    // holds nothing
  }

  private final class Trained implements Model {
    private final ml.dmlc.xgboost4j.java.Booster booster;
    private final DMatrix data;

    Trained(ml.dmlc.xgboost4j.java.Booster booster, DMatrix data) {
      this.booster = booster;
      this.data = data;
    }

    @Override
    public double[] score(BoostingRows rows) throws XGBoostError {
      DMatrix matrix = matrix(rows);
      try {
        float[][] margins = booster.predict(matrix, true);
        double[] scores = new double[margins.length];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = margins[i][0];
        }
        return scores;
      } finally {
        matrix.dispose();
      }
    }

    @Override
    public void close() {
      booster.dispose();
      data.dispose();
    }
  }
}

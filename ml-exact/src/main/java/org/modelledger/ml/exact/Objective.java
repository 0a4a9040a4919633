package org.modelledger.ml.exact;

/** What boosting makes small. Stateless. */
interface Objective {

  /**
   * Returns the best constant outputs, one for each tree of a round.
   *
   * @param targets of all rows
   */
  double[] base(double[] targets);

  /** Looks at a block of rows: keeps what gradients are made of, and says how good the predictions are. */
  void look(Predictions predictions, int from, int to, int block);

  /** Writes a gradient and a hessian for each row of a block, from what was kept. */
  void derive(Predictions predictions, int output, int from, int to, Quantum quantum,
      long[] pairs);

  /** Half the squared error, so that gradient and hessian are the residual and 1; the loss is the whole. */
  record SquaredError() implements Objective {
    @Override
    public double[] base(double[] targets) {
      double sum = 0;
      for (double target : targets) {
        sum += target;
      }
      return new double[]{sum / targets.length};
    }

    @Override
    public void look(Predictions predictions, int from, int to, int block) {
      double[] scores = predictions.scores[0];
      double[] residuals = predictions.kept[0];
      double loss = 0;
      double greatest = 0;
      for (int r = from; r < to; r++) {
        double residual = scores[r] - predictions.target(r);
        residuals[r] = residual;
        loss += residual * residual;
        greatest = Math.max(greatest, Math.abs(residual));
      }
      predictions.put(block, loss, 0, greatest);
    }

    @Override
    public void derive(Predictions predictions, int output, int from, int to, Quantum quantum,
        long[] pairs) {
      double[] residuals = predictions.kept[0];
      long one = quantum.hessian(1);
      for (int r = from; r < to; r++) {
        pairs[2 * r] = quantum.gradient(residuals[r]);
        pairs[2 * r + 1] = one;
      }
    }
  }

  /** The cross-entropy of two labels: one output, the logarithm of the odds of label 1. */
  record Logistic() implements Objective {
    @Override
    public double[] base(double[] targets) {
      double ones = 0;
      for (double target : targets) {
        ones += target;
      }
      double share = Math.max(CrossEntropy.LEAST,
          Math.min(1 - CrossEntropy.LEAST, ones / targets.length));
      return new double[]{StrictMath.log(share / (1 - share))};
    }

    @Override
    public void look(Predictions predictions, int from, int to, int block) {
      double[] scores = predictions.scores[0];
      double[] probabilities = predictions.kept[0];
      CrossEntropy loss = new CrossEntropy();
      int correct = 0;
      for (int r = from; r < to; r++) {
        double score = scores[r];
        double odds = StrictMath.exp(-Math.abs(score));
        double unlikely = odds / (1 + odds);
        boolean one = predictions.target(r) != 0;
        boolean likely = score > 0;
        probabilities[r] = likely ? 1 - unlikely : unlikely;
        loss.add(one == likely ? 1 - unlikely : unlikely);
        correct += one == likely ? 1 : 0;
      }
      predictions.put(block, loss.sum(), correct, 1);
    }

    @Override
    public void derive(Predictions predictions, int output, int from, int to, Quantum quantum,
        long[] pairs) {
      double[] probabilities = predictions.kept[0];
      for (int r = from; r < to; r++) {
        double p = probabilities[r];
        pairs[2 * r] = quantum.gradient(p - predictions.target(r));
        pairs[2 * r + 1] = quantum.hessian(p * (1 - p));
      }
    }
  }

  /**
   * The cross-entropy of several labels: an output for each. The hessian is the diagonal, times K / (K - 1) as
   * in Friedman 2001, "Greedy Function Approximation", algorithm 6.
   *
   * @param classes how many labels, from 2
   */
  record Softmax(int classes) implements Objective {
    @Override
    public double[] base(double[] targets) {
      double[] base = new double[classes];
      for (double target : targets) {
        base[(int) target]++;
      }
      for (int k = 0; k < classes; k++) {
        base[k] = StrictMath.log(Math.max(CrossEntropy.LEAST, base[k] / targets.length));
      }
      return base;
    }

    @Override
    public void look(Predictions predictions, int from, int to, int block) {
      CrossEntropy loss = new CrossEntropy();
      int correct = 0;
      for (int r = from; r < to; r++) {
        int best = 0;
        for (int k = 1; k < classes; k++) {
          best = predictions.scores[k][r] > predictions.scores[best][r] ? k : best;
        }
        double greatest = predictions.scores[best][r];
        double sum = 0;
        for (int k = 0; k < classes; k++) {
          double odds = StrictMath.exp(predictions.scores[k][r] - greatest);
          predictions.kept[k][r] = odds;
          sum += odds;
        }
        for (int k = 0; k < classes; k++) {
          predictions.kept[k][r] /= sum;
        }
        int label = (int) predictions.target(r);
        loss.add(predictions.kept[label][r]);
        correct += best == label ? 1 : 0;
      }
      predictions.put(block, loss.sum(), correct, 1);
    }

    @Override
    public void derive(Predictions predictions, int output, int from, int to, Quantum quantum,
        long[] pairs) {
      double[] probabilities = predictions.kept[output];
      double factor = classes / (classes - 1.0);
      for (int r = from; r < to; r++) {
        double p = probabilities[r];
        pairs[2 * r] = quantum.gradient(predictions.target(r) == output ? p - 1 : p);
        pairs[2 * r + 1] = quantum.hessian(factor * (p * (1 - p)));
      }
    }
  }
}

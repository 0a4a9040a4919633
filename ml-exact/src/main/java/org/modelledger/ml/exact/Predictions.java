package org.modelledger.ml.exact;

import java.util.Arrays;

/**
 * What a model makes of rows, as it grows, and how good that is. Rows are gone through in blocks that do not
 * depend on the threads; the losses of the blocks are added in their order.
 */
final class Predictions {
  static final int BLOCK_ROWS = 1 << 12;

  private final Objective objective;
  private final double[] targets;
  private final Team team;
  /** For each output: the sums of what the trees gave. */
  final double[][] scores;
  /** For each output what the objective keeps of a row: a probability or a residual. */
  final double[][] kept;
  private final double[] losses;
  private final double[] corrects;
  private final double[] greatest;

  Predictions(Objective objective, double[] targets, double[] base, Team team) {
    this.objective = objective;
    this.targets = targets;
    this.team = team;
    this.scores = new double[base.length][targets.length];
    this.kept = new double[base.length][targets.length];
    for (int k = 0; k < base.length; k++) {
      Arrays.fill(scores[k], base[k]);
    }
    int blocks = Math.ceilDiv(targets.length, BLOCK_ROWS);
    this.losses = new double[blocks];
    this.corrects = new double[blocks];
    this.greatest = new double[blocks];
  }

  /** How good predictions are: means over the rows. */
  record Measured(double loss, double accuracy) {}

  int rows() {
    return targets.length;
  }

  double target(int row) {
    return targets[row];
  }

  /** Does something to every block of rows. */
  void forEachBlock(Rows action) {
    team.run(losses.length,
        (block, worker) -> action.accept(block * BLOCK_ROWS,
            Math.min(rows(), (block + 1) * BLOCK_ROWS)));
  }

  /** What is done to a block. */
  interface Rows {
    void accept(int from, int to);
  }

  /** Lets the objective look at every row. */
  Measured measure() {
    team.run(losses.length, (block, worker) -> {
      int from = block * BLOCK_ROWS;
      objective.look(this, from, Math.min(rows(), from + BLOCK_ROWS), block);
    });
    double loss = 0;
    double correct = 0;
    for (int block = 0; block < losses.length; block++) {
      loss += losses[block];
      correct += corrects[block];
    }
    return new Measured(loss / rows(), correct / rows());
  }

  /** For the objective: what it saw in a block. */
  void put(int block, double loss, int correct, double greatestGradient) {
    losses[block] = loss;
    corrects[block] = correct;
    greatest[block] = greatestGradient;
  }

  /** Returns how far from 0 a gradient is at most. */
  double greatestGradient() {
    double most = 0;
    for (double some : greatest) {
      most = Math.max(most, some);
    }
    return most;
  }

  /** Adds what a tree gives; in place of what there was if it is the first one. */
  void add(Tree tree, BinnedRows table, int output, boolean first) {
    double[] of = scores[output];
    forEachBlock((from, to) -> {
      for (int r = from; r < to; r++) {
        float value = tree.value(tree.leaf(table, r), 0);
        of[r] = first ? value : of[r] + value;
      }
    });
  }
}

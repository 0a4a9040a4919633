package org.modelledger.ml.exact;

import java.util.Optional;

/** What the trees of a forest say of rows, added up tree by tree, and how good that is. */
final class Votes {
  private static final int BLOCK_ROWS = 1 << 12;

  private final double[] targets;
  private final int classes;
  private final int forest;
  private final Team team;
  private final double[][] sums;
  private final int[] trees;

  /**
   * @param classes how many labels, or 0 for numbers
   * @param forest how many trees there will be
   */
  Votes(double[] targets, int classes, int forest, Team team) {
    this.targets = targets;
    this.classes = classes;
    this.forest = forest;
    this.team = team;
    this.sums = new double[ForestGrower.outputs(classes)][targets.length];
    this.trees = new int[targets.length];
  }

  /**
   * Adds what a tree says of all rows.
   *
   * @param outOfBag where to add it, too, for rows that the tree was not grown on
   */
  void add(ForestGrower.Grown grown, BinnedRows table, Optional<Votes> outOfBag) {
    team.run(Math.ceilDiv(targets.length, BLOCK_ROWS), (block, worker) -> {
      int from = block * BLOCK_ROWS;
      int to = Math.min(targets.length, from + BLOCK_ROWS);
      for (int row = from; row < to; row++) {
        int leaf = grown.tree().leaf(table, row);
        add(grown.tree(), leaf, row);
        if (outOfBag.isPresent() && !grown.rows().get(row)) {
          outOfBag.get().add(grown.tree(), leaf, row);
        }
      }
    });
  }

  private void add(Tree tree, int leaf, int row) {
    for (int k = 0; k < sums.length; k++) {
      sums[k][row] += tree.value(leaf, k);
    }
    trees[row]++;
  }

  /** Returns how good it is on those rows that a tree said something of, or nothing if there are none. */
  Optional<Predictions.Measured> measure() {
    int blocks = Math.ceilDiv(targets.length, BLOCK_ROWS);
    double[] losses = new double[blocks];
    int[] corrects = new int[blocks];
    int[] rows = new int[blocks];
    team.run(blocks, (block, worker) -> {
      int from = block * BLOCK_ROWS;
      int to = Math.min(targets.length, from + BLOCK_ROWS);
      CrossEntropy entropy = new CrossEntropy();
      for (int row = from; row < to; row++) {
        if (trees[row] == 0) {
          continue;
        }
        rows[block]++;
        if (classes > 0) {
          corrects[block] += look(row, entropy) ? 1 : 0;
        } else {
          double residual = sums[0][row] / trees[row] - targets[row];
          losses[block] += residual * residual;
        }
      }
      losses[block] += entropy.sum();
    });
    double loss = 0;
    double correct = 0;
    int count = 0;
    for (int block = 0; block < blocks; block++) {
      loss += losses[block];
      correct += corrects[block];
      count += rows[block];
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(new Predictions.Measured(loss / count, correct / count));
  }

  private boolean look(int row, CrossEntropy entropy) {
    int label = (int) targets[row];
    if (classes == 2) {
      double second = sums[0][row] * forest / trees[row];
      entropy.add(label == 1 ? second : 1 - second);
      return second > 0.5 == (label == 1);
    }
    int best = 0;
    double sum = 0;
    for (int k = 0; k < sums.length; k++) {
      sum += sums[k][row];
      best = sums[k][row] > sums[best][row] ? k : best;
    }
    entropy.add(sums[label][row] / sum);
    return best == label;
  }
}

package org.modelledger.ml.exact;

import java.util.List;
import java.util.SortedMap;
import org.modelledger.training.TrainingException;

/** Measures a network, as it is saved, by rows that were scaled for it. */
final class Evaluation<A> {
  private static final int BLOCK_ROWS = 64;

  private final Team team;
  private final Network<A> network;

  Evaluation(Team team, Network<A> network) {
    this.team = team;
    this.network = network;
  }

  /**
   * How well numbers are predicted.
   *
   * @param loss the mean squared distance
   * @param r2 what share of the targets' variance that leaves unexplained, subtracted from 1; 0 if they
   *     have none
   */
  record Errors(double loss, double r2) {
    void put(SortedMap<String, Double> metrics, String prefix) {
      metrics.put(prefix + ".loss", loss);
      metrics.put(prefix + ".r2", r2);
    }
  }

  TrainingRun.Measured classifier(Table<A> table) {
    double[] sums = sums(table.rows(), (row, outputs) -> {
      int label = table.labels().get(row);
      return new double[]{network.kernels.crossEntropy(outputs, label),
          network.kernels.argMax(outputs, false) == label ? 1 : 0};
    });
    requireFinite(sums[0]);
    return new TrainingRun.Measured(sums[0] / table.size(), sums[1] / table.size());
  }

  Errors regressor(Table.Numbers<A> table) {
    double[] targets = table.targets;
    double mean = 0;
    for (double target : targets) {
      mean += target;
    }
    double average = mean / targets.length;
    double[] sums = sums(table.rows, (row, outputs) -> {
      double error = targets[row] - network.kernels.get(outputs, 0);
      double spread = targets[row] - average;
      return new double[]{error * error, spread * spread};
    });
    requireFinite(sums[0]);
    return new Errors(sums[0] / targets.length, sums[1] == 0 ? 0 : 1 - sums[0] / sums[1]);
  }

  /** Two numbers of a row. */
  private interface Measure<A> {
    double[] of(int row, A outputs);
  }

  private double[] sums(List<A> rows, Measure<A> measure) {
    int count = Math.ceilDiv(rows.size(), BLOCK_ROWS);
    double[][] parts = new double[count][2];
    team.run(count, (block, worker) -> {
      int from = block * BLOCK_ROWS;
      int size = Math.min(BLOCK_ROWS, rows.size() - from);
      A[] x = network.kernels.matrix(size, 0);
      for (int r = 0; r < size; r++) {
        x[r] = rows.get(from + r);
      }
      Trainable.Pass<A> pass = network.pass(size, size);
      pass.evaluate(x, size);
      for (int r = 0; r < size; r++) {
        double[] numbers = measure.of(from + r, pass.logits()[r]);
        parts[block][0] += numbers[0];
        parts[block][1] += numbers[1];
      }
    });
    double[] sums = new double[2];
    for (double[] part : parts) {
      sums[0] += part[0];
      sums[1] += part[1];
    }
    return sums;
  }

  private void requireFinite(double loss) {
    if (!Double.isFinite(loss)) {
      throw new TrainingException("the loss of the model as it is saved is " + loss
          + "; expected a number that is finite as " + network.kernels.dataType()
          + "; try standardize, or data in FP64");
    }
  }
}

package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.modelledger.ml.exact.TreeTables.train;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;

/** Holds splits and leaves against sums over the rows, and against every other split there is. */
class SplitLawsTest {

  /** One random problem: few rows, some missing, and what is to be paid for outputs. */
  private static final class Problem {
    final int rows;
    final int features;
    final boolean logistic;
    final double lambdaL1;
    final double lambdaL2;
    final int minRows;
    final double minHessian;
    final double[] x;
    final double[] y;
    final double base;

    Problem(long seed) {
      Xoshiro256 random = Xoshiro256.seeded(seed, 99);
      rows = 2 + random.nextInt(40);
      features = 1 + random.nextInt(4);
      logistic = random.nextInt(2) == 0;
      lambdaL1 = random.nextInt(2) * random.nextDouble();
      lambdaL2 = random.nextInt(2) * random.nextDouble();
      minRows = 1 + random.nextInt(4);
      minHessian = 2 * random.nextDouble();
      x = new double[rows * features];
      for (int i = 0; i < x.length; i++) {
        x[i] = random.nextInt(6) == 0 ? Double.NaN : random.nextInt(1 + random.nextInt(30));
      }
      y = new double[rows];
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        y[r] = logistic ? random.nextInt(2) : 10 * random.nextDouble();
        sum += y[r];
      }
      double mean = sum / rows;
      base = logistic
          ? Math.log(Math.max(0x1p-52, mean) / Math.max(0x1p-52, 1 - mean))
          : mean;
    }

    GradientBoostingSpec spec() {
      GradientBoostingSpec spec = new GradientBoostingSpec("x", "y").missingAsNan()
          .rounds(1)
          .learningRate(1)
          .lambdaL1(lambdaL1)
          .lambdaL2(lambdaL2)
          .minSamplesLeaf(minRows)
          .minChildWeight(minHessian);
      return logistic ? spec.logistic() : spec.squaredError();
    }

    Dataset data() {
      return Dataset.of("data",
          Tensors.of("x", Tensor.of(x, rows, features), "y", Tensor.of(y, rows)));
    }

    double gradient(int row) {
      return logistic ? 1 / (1 + Math.exp(-base)) - y[row] : base - y[row];
    }

    double hessian() {
      double p = 1 / (1 + Math.exp(-base));
      return logistic ? p * (1 - p) : 1;
    }

    /** Returns the sums of gradients and hessians, and the number of rows, where something holds. */
    double[] sums(boolean[] where, boolean which) {
      double[] sums = new double[3];
      for (int r = 0; r < rows; r++) {
        if (where[r] == which) {
          sums[0] += gradient(r);
          sums[1] += hessian();
          sums[2]++;
        }
      }
      return sums;
    }

    double output(double[] sums) {
      double shrunk = Math.signum(sums[0]) * Math.max(0, Math.abs(sums[0]) - lambdaL1);
      return -shrunk / (sums[1] + lambdaL2);
    }

    /** What is made small, with the best output for these rows. */
    double objective(double[] sums) {
      double output = output(sums);
      return sums[0] * output + (sums[1] + lambdaL2) * output * output / 2
          + lambdaL1 * Math.abs(output);
    }

    /** Twice by how much the objective falls, or nothing if the split may not be. */
    double gain(boolean[] left) {
      double[] l = sums(left, true);
      double[] r = sums(left, false);
      if (l[2] < minRows || r[2] < minRows || l[1] < minHessian - 1e-9
          || r[1] < minHessian - 1e-9) {
        return Double.NEGATIVE_INFINITY;
      }
      return 2 * (objective(sums(new boolean[rows], false)) - objective(l) - objective(r));
    }

    double bestGain() {
      double best = Double.NEGATIVE_INFINITY;
      for (int feature = 0; feature < features; feature++) {
        for (int at = 0; at < rows; at++) {
          for (boolean missingLeft : new boolean[]{false, true}) {
            boolean[] left = new boolean[rows];
            for (int r = 0; r < rows; r++) {
              double value = x[r * features + feature];
              left[r] = Double.isNaN(value)
                  ? missingLeft
                  : value <= x[at * features + feature];
            }
            best = Math.max(best, gain(left));
          }
        }
      }
      return best;
    }
  }

  @Test
  void theFirstSplitIsTheBestThereIs() throws InterruptedException {
    int splits = 0;
    for (long seed = 0; seed < 300; seed++) {
      Problem problem = new Problem(seed);
      Map<Long, TreeEnsembleReader.Node> tree = new TreeEnsembleReader(
          train(problem.spec().numLeaves(2).toTrainingSpec(), problem.data(), 1)).trees()
          .getFirst();
      TreeEnsembleReader.Node root = Objects.requireNonNull(tree.get(0L));
      double best = problem.bestGain();
      if (root.mode().equals("LEAF")) {
        assertThat(best).as("seed %s", seed).isLessThan(1e-6);
        continue;
      }
      splits++;
      boolean[] left = new boolean[problem.rows];
      for (int r = 0; r < problem.rows; r++) {
        double value = problem.x[r * problem.features + root.feature()];
        left[r] = Double.isNaN(value) ? root.missingTrue() : value <= root.value();
      }
      assertThat(problem.gain(left)).as("seed %s", seed).isCloseTo(best, within(1e-6));
      double wanted = problem.base + problem.output(problem.sums(left, true));
      assertThat(Objects.requireNonNull(tree.get(root.trueId())).weights().get(0L))
          .as("seed %s", seed)
          .isCloseTo(wanted, within(1e-5 * Math.max(1, Math.abs(wanted))));
    }
    assertThat(splits).isBetween(100, 299);
  }

  /** For the squared error the order by mean leads to the best of all subsets (Fisher 1958). */
  @Test
  void categoriesAreDividedAsWellAsCanBe() throws InterruptedException {
    for (long seed = 0; seed < 30; seed++) {
      Xoshiro256 random = Xoshiro256.seeded(seed, 99);
      int categories = 2 + random.nextInt(8);
      int rows = 60;
      double[] x = new double[rows];
      double[] y = new double[rows];
      for (int r = 0; r < rows; r++) {
        x[r] = 5 * random.nextInt(categories) - 7;
        y[r] = random.nextDouble() + x[r] * x[r] % 3;
      }
      double best = Double.POSITIVE_INFINITY;
      for (int subset = 0; subset < 1 << categories; subset++) {
        double[] sums = new double[6];
        for (int r = 0; r < rows; r++) {
          int side = (subset >> (int) ((x[r] + 7) / 5) & 1) * 3;
          sums[side]++;
          sums[side + 1] += y[r];
          sums[side + 2] += y[r] * y[r];
        }
        double error = sums[2] + sums[5] - (sums[0] > 0 ? sums[1] * sums[1] / sums[0] : 0)
            - (sums[3] > 0 ? sums[4] * sums[4] / sums[3] : 0);
        best = Math.min(best, error / rows);
      }
      GradientBoostingSpec spec = new GradientBoostingSpec("x", "y").squaredError()
          .categorical(0)
          .rounds(1)
          .numLeaves(2)
          .learningRate(1)
          .minSamplesLeaf(1)
          .set("catL2", 0)
          .set("catSmooth", 0);
      assertThat(train(spec.toTrainingSpec(),
          Dataset.of("data", Tensors.of("x", Tensor.of(x, rows, 1), "y", Tensor.of(y, rows))), 1)
          .metrics()
          .get("train.loss")).as("seed %s", seed).isCloseTo(best, within(1e-6));
    }
  }
}

package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingListener.BatchReport;
import org.modelledger.training.TrainingListener.EpochReport;

/** One training by gradient boosting. A round is an epoch, each of its trees a batch. */
final class Boosting {
  private static final long ROWS_STREAM = 11;
  private static final long FEATURES_STREAM = 12;

  private final BoostingSettings settings;
  private final Objective objective;
  private final BinnedRows table;
  private final Predictions predictions;
  private final Optional<BinnedRows> validation;
  private final Optional<Predictions> validated;
  private final double[] base;
  private final TreeGrower grower;
  private final long[] pairs;
  private final Xoshiro256 rowChoice;
  private final Xoshiro256 featureChoice;
  private final int[] sample;
  private final boolean[] features;
  private final int[] featureOrder;
  private final List<Tree> trees = new ArrayList<>();

  Boosting(BoostingSettings settings, Objective objective, BinnedRows table, double[] targets,
      Optional<BinnedRows> validation, double[] validationTargets, long seed, Team team) {
    this.settings = settings;
    this.objective = objective;
    this.table = table;
    this.base = objective.base(targets);
    this.predictions = new Predictions(objective, targets, base, team);
    this.validation = validation;
    this.validated = validation
        .map(rows -> new Predictions(objective, validationTargets, base, team));
    this.grower = new TreeGrower(table, settings.rules(), settings.numLeaves(),
        settings.maxDepth(), team);
    this.pairs = new long[2 * table.rows()];
    this.rowChoice = Xoshiro256.seeded(seed, ROWS_STREAM);
    this.featureChoice = Xoshiro256.seeded(seed, FEATURES_STREAM);
    this.sample = new int[Math.max(1, (int) (table.rows() * settings.subsample()))];
    this.features = new boolean[table.features()];
    this.featureOrder = new int[table.features()];
    for (int i = 0; i < featureOrder.length; i++) {
      featureOrder[i] = i;
    }
  }

  /** Returns the trees: those of a round side by side. */
  List<Tree> trees() {
    return trees;
  }

  int outputs() {
    return base.length;
  }

  /** Learns, and returns the metrics of the trees that are kept. */
  SortedMap<String, Double> learn(TrainingListener listener) throws InterruptedException {
    Predictions.Measured now = predictions.measure();
    SortedMap<String, Double> best = new TreeMap<>();
    double bestLoss = Double.POSITIVE_INFINITY;
    int kept = 0;
    for (int round = 1; round <= settings.rounds(); round++) {
      boolean splits = round(round, now.loss(), listener);
      now = predictions.measure();
      TreeMap<String, Double> metrics = new TreeMap<>();
      put(now, "train", round, metrics);
      double loss = 0;
      if (validated.isPresent()) {
        Predictions.Measured measured = validated.get().measure();
        put(measured, "validation", round, metrics);
        loss = measured.loss();
      }
      listener.onEpoch(new EpochReport(round, settings.rounds(), metrics));
      if (settings.patience() == 0 || loss < bestLoss) {
        bestLoss = loss;
        kept = round;
        best = metrics;
      } else if (round - kept >= settings.patience()) {
        break;
      }
      if (!splits && settings.subsample() == 1 && settings.featureFraction() == 1) {
        // nor will there be any
        break;
      }
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted after the last round");
    }
    trees.subList(kept * outputs(), trees.size()).clear();
    best.put("rounds", (double) kept);
    return best;
  }

  private void put(Predictions.Measured measured, String prefix, int round,
      SortedMap<String, Double> metrics) {
    if (!Double.isFinite(measured.loss())) {
      throw new TrainingException("round " + round + ": the " + prefix + " loss is "
          + measured.loss() + "; the training diverged: expected a finite number; try a lower"
          + " learningRate, or targets nearer to 0");
    }
    metrics.put(prefix + ".loss", measured.loss());
    if (settings.classifies()) {
      metrics.put(prefix + ".accuracy", measured.accuracy());
    }
  }

  /** Grows the trees of a round and says whether one of them has more than its root. */
  private boolean round(int round, double loss, TrainingListener listener)
      throws InterruptedException {
    chooseRows();
    chooseFeatures();
    boolean splits = false;
    boolean first = round == 1;
    double greatest = predictions.greatestGradient();
    for (int output = 0; output < outputs(); output++) {
      if (Thread.interrupted()) {
        throw new InterruptedException(
            "interrupted in round " + round + " before tree " + (output + 1));
      }
      int k = output;
      Quantum quantum = new Quantum(table.rows(), greatest);
      predictions.forEachBlock(
          (from, to) -> objective.derive(predictions, k, from, to, quantum, pairs));
      double start = first ? base[k] : 0;
      Tree tree = grower.grow(sample, sample.length, pairs, quantum, features,
          best -> (float) (start + settings.learningRate() * best));
      for (int node = 0; node < tree.nodes(); node++) {
        if (tree.isLeaf(node) && !Float.isFinite(tree.value(node, 0))) {
          throw new TrainingException("round " + round + ": a leaf is "
              + tree.value(node, 0) + "; the training diverged: expected a finite number; try a"
              + " lower learningRate, or lambdaL2 above 0");
        }
      }
      trees.add(tree);
      splits |= tree.nodes() > 1;
      if (sample.length == table.rows()) {
        double[] scores = predictions.scores[k];
        grower.forEachLeaf(tree, (rows, from, to, value) -> {
          for (int i = from; i < to; i++) {
            int row = rows[i];
            scores[row] = first ? value : scores[row] + value;
          }
        });
      } else {
        predictions.add(tree, table, k, first);
      }
      if (validated.isPresent()) {
        validated.get().add(tree, validation.orElseThrow(), k, first);
      }
      listener.onBatch(new BatchReport(round, settings.rounds(), k + 1, outputs(), loss));
    }
    return splits;
  }

  /** Every choice of so many rows is as likely, and they are in order: Knuth, volume 2, algorithm S. */
  private void chooseRows() {
    int wanted = sample.length;
    int chosen = 0;
    for (int row = 0; chosen < wanted; row++) {
      int left = table.rows() - row;
      if (left == wanted - chosen || rowChoice.nextInt(left) < wanted - chosen) {
        sample[chosen++] = row;
      }
    }
  }

  private void chooseFeatures() {
    int wanted = Math.max(1, (int) (features.length * settings.featureFraction() + 0.5));
    if (wanted < features.length) {
      featureChoice.shuffle(featureOrder);
    }
    Arrays.fill(features, false);
    for (int i = 0; i < wanted; i++) {
      features[featureOrder[i]] = true;
    }
  }
}

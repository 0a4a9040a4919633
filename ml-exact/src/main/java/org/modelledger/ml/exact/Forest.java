package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingListener.BatchReport;
import org.modelledger.training.TrainingListener.EpochReport;

/**
 * One training of a random forest. Each tree has a seed of its own, so it does not matter who grows it; what trees
 * say is added up in their order.
 */
final class Forest {
  private static final long TREES_STREAM = 13;

  private final ForestSettings settings;
  private final BinnedRows table;
  private final Optional<BinnedRows> validation;
  private final Team team;
  private final Votes votes;
  private final Optional<Votes> outOfBag;
  private final Optional<Votes> validated;
  private final List<ForestGrower> growers = new ArrayList<>();
  private final Xoshiro256 seeds;
  private final List<Tree> trees = new ArrayList<>();

  /** @param classes how many labels, or 0 for numbers */
  Forest(ForestSettings settings, int classes, BinnedRows table, double[] targets,
      Optional<BinnedRows> validation, double[] validationTargets, long seed, Team team) {
    this.settings = settings;
    this.table = table;
    this.validation = validation;
    this.team = team;
    this.votes = new Votes(targets, classes, settings.trees(), team);
    this.outOfBag = settings.bootstrap()
        ? Optional.of(new Votes(targets, classes, settings.trees(), team))
        : Optional.empty();
    this.validated = validation
        .map(rows -> new Votes(validationTargets, classes, settings.trees(), team));
    this.seeds = Xoshiro256.seeded(seed, TREES_STREAM);
    double greatest = 0;
    for (double target : targets) {
      greatest = Math.max(greatest, Math.abs(target));
    }
    Thread caller = Thread.currentThread();
    for (int i = 0; i < team.threads(); i++) {
      growers.add(
          new ForestGrower(table, targets, settings, classes, greatest, caller::isInterrupted));
    }
  }

  List<Tree> trees() {
    return trees;
  }

  /** Learns, on the thread that made this, and returns the metrics. */
  SortedMap<String, Double> learn(TrainingListener listener) throws InterruptedException {
    SortedMap<String, Double> metrics = new TreeMap<>();
    while (trees.size() < settings.trees()) {
      for (ForestGrower.Grown grown : growSome()) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted before tree " + (trees.size() + 1));
        }
        trees.add(grown.tree());
        metrics = new TreeMap<>();
        double loss = measure(grown, metrics);
        int number = trees.size();
        listener.onBatch(new BatchReport(number, settings.trees(), 1, 1, loss));
        listener.onEpoch(new EpochReport(number, settings.trees(), metrics));
      }
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted after the last tree");
    }
    metrics.put("trees", (double) trees.size());
    return metrics;
  }

  /** Grows as many trees as there are threads, side by side. */
  private ForestGrower.Grown[] growSome() {
    ForestGrower.Grown[] some = new ForestGrower.Grown[Math.min(growers.size(),
        settings.trees() - trees.size())];
    long[] ofEach = new long[some.length];
    for (int i = 0; i < some.length; i++) {
      ofEach[i] = seeds.next();
    }
    team.run(some.length, (i, worker) -> some[i] = growers.get(worker).grow(ofEach[i]));
    return some;
  }

  /** Adds what a tree says and returns the loss on the training rows. */
  private double measure(ForestGrower.Grown grown, SortedMap<String, Double> metrics) {
    votes.add(grown, table, outOfBag);
    Predictions.Measured now = votes.measure().orElseThrow();
    put(now, "train", metrics);
    outOfBag.flatMap(Votes::measure).ifPresent(measured -> put(measured, "oob", metrics));
    if (validated.isPresent()) {
      validated.get().add(grown, validation.orElseThrow(), Optional.empty());
      put(validated.get().measure().orElseThrow(), "validation", metrics);
    }
    return now.loss();
  }

  private void put(Predictions.Measured measured, String prefix,
      SortedMap<String, Double> metrics) {
    metrics.put(prefix + ".loss", measured.loss());
    if (settings.classifies()) {
      metrics.put(prefix + ".accuracy", measured.accuracy());
    }
  }
}

package org.modelledger.ml.tensorflow;

import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingListener.BatchReport;
import org.modelledger.training.TrainingListener.EpochReport;

/** One training, from its first epoch or from a checkpoint to the last. */
final class TrainingRun {
  private static final int MEASURED_ROWS = 256;

  private final Settings settings;
  private final TrainingGraph graph;
  private final Table table;
  private final Optional<Table> validation;
  private final Optional<Checkpoints> checkpoints;
  private final int checkpointEvery;
  private final Streams streams;

  TrainingRun(Settings settings, TrainingGraph graph, Table table, Optional<Table> validation,
      Optional<Checkpoints> checkpoints, int checkpointEvery, Streams streams) {
    this.settings = settings;
    this.graph = graph;
    this.table = table;
    this.validation = validation;
    this.checkpoints = checkpoints;
    this.checkpointEvery = checkpointEvery;
    this.streams = streams;
  }

  /** What every random choice of a seed is drawn from. */
  record Streams(long seed) {
    private static final long SPLIT = 1;
    private static final long INITIAL_VALUES = 2;
    private static final long SHUFFLE = 3;

    SplittableRandom split() {
      return stream(SPLIT);
    }

    SplittableRandom initialValues() {
      return stream(INITIAL_VALUES);
    }

    /** An epoch's own, so that a training goes on from a checkpoint as if it had not been cut off. */
    SplittableRandom shuffle(int epoch) {
      return stream(SHUFFLE + epoch);
    }

    private SplittableRandom stream(long number) {
      // two generators in a row, so that streams of neighbouring seeds do not meet
      return new SplittableRandom(new SplittableRandom(seed).nextLong() + number);
    }
  }

  /** Shuffles in place (Fisher and Yates, in Durstenfeld's form). */
  static void shuffle(int[] items, SplittableRandom random) {
    for (int i = items.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
  }

  /**
   * Trains.
   *
   * @return the metrics of the parameters as they are then
   */
  SortedMap<String, Double> train(TrainingListener listener) throws InterruptedException {
    Progress progress = begin();
    while (progress.epoch() < settings.epochs() && !isStopped(progress)) {
      int epoch = progress.epoch() + 1;
      SortedMap<String, Double> metrics = new TreeMap<>();
      learn(epoch, metrics, listener);
      int bestEpoch = progress.bestEpoch();
      double bestLoss = progress.bestLoss();
      if (validation.isPresent()) {
        double loss = measure(validation.get(), "validation", "epoch " + epoch, metrics);
        if (settings.patience() > 0 && loss < bestLoss) {
          bestLoss = loss;
          bestEpoch = epoch;
          graph.keepBest();
        }
      }
      progress = new Progress(epoch, bestEpoch, bestLoss);
      if (epoch % checkpointEvery == 0 || epoch == settings.epochs() || isStopped(progress)) {
        for (Checkpoints kept : checkpoints.stream().toList()) {
          kept.write(progress, graph::save);
        }
      }
      listener.onEpoch(new EpochReport(epoch, settings.epochs(), metrics));
    }
    if (settings.patience() > 0) {
      graph.takeBest();
    }
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put("epochs", (double) progress.epoch());
    measure(table, "train", "after the last epoch", metrics);
    if (validation.isPresent()) {
      measure(validation.get(), "validation", "after the last epoch", metrics);
    }
    return metrics;
  }

  private Progress begin() {
    Optional<Checkpoints.Found> found = checkpoints.flatMap(Checkpoints::newest);
    if (found.isPresent()) {
      graph.restore(found.get().state());
      return found.get().progress();
    }
    graph.initialize(graph.initialValues(streams.initialValues()));
    return Progress.NONE;
  }

  private boolean isStopped(Progress progress) {
    return settings.patience() > 0 && progress.epoch() > 0
        && progress.epoch() - progress.bestEpoch() >= settings.patience();
  }

  private void learn(int epoch, SortedMap<String, Double> metrics, TrainingListener listener)
      throws InterruptedException {
    int[] order = allRows(table);
    shuffle(order, streams.shuffle(epoch));
    int batches = Math.ceilDiv(order.length, settings.batchSize());
    double lossSum = 0;
    int correct = 0;
    for (int batch = 1; batch <= batches; batch++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted in epoch " + epoch + " before batch " + batch);
      }
      int from = (batch - 1) * settings.batchSize();
      int to = Math.min(order.length, from + settings.batchSize());
      TrainingGraph.Batch learned = graph.step(table, order, from, to,
          settings.schedule().of(epoch, settings.epochs(), batch, batches),
          (epoch - 1L) * batches + batch);
      if (!Double.isFinite(learned.lossSum())) {
        throw diverged("epoch " + epoch + ", batch " + batch + ": the loss is "
            + learned.lossSum());
      }
      lossSum += learned.lossSum();
      correct += learned.correct();
      listener.onBatch(new BatchReport(epoch, settings.epochs(), batch, batches,
          learned.lossSum() / (to - from)));
    }
    metrics.put("train.loss", lossSum / order.length);
    metrics.put("train.accuracy", (double) correct / order.length);
  }

  private double measure(Table of, String prefix, String when, SortedMap<String, Double> metrics)
      throws InterruptedException {
    int[] order = allRows(of);
    double lossSum = 0;
    int correct = 0;
    for (int from = 0; from < order.length; from += MEASURED_ROWS) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while measuring, " + when);
      }
      TrainingGraph.Batch measured = graph.measure(of, order, from,
          Math.min(order.length, from + MEASURED_ROWS));
      lossSum += measured.lossSum();
      correct += measured.correct();
    }
    if (!Double.isFinite(lossSum)) {
      throw diverged(when + ": the " + prefix + " loss is " + lossSum);
    }
    metrics.put(prefix + ".loss", lossSum / order.length);
    metrics.put(prefix + ".accuracy", (double) correct / order.length);
    return lossSum / order.length;
  }

  private static TrainingException diverged(String what) {
    return new TrainingException(what
        + "; the training has diverged. Expected finite numbers; a lower learning rate or scaled inputs may help");
  }

  static int[] allRows(Table of) {
    int[] rows = new int[of.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    return rows;
  }
}

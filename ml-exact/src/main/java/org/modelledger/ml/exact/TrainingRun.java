package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingListener.BatchReport;
import org.modelledger.training.TrainingListener.EpochReport;

/**
 * One training. Every batch is cut into blocks whose size depends on the batch size alone; each block
 * has gradients of its own, and these are added up in the order of the blocks. So the number of threads
 * changes who computes a number, never the number.
 */
final class TrainingRun<A> {
  private static final int MIN_BLOCK_ROWS = 16;
  static final int MAX_BLOCKS = 16;
  private static final int EVALUATION_ROWS = 64;
  private static final int UPDATE_NUMBERS = 8192;

  private final Settings settings;
  private final Kernels<A> kernels;
  private final Trainable<A> network;
  private final Team team;
  private final int blockRows;

  private final List<Parameters<A>> gradients = new ArrayList<>();
  private final double[] blockLoss;
  private final int[] blockCorrect;
  private final List<Trainable.Pass<A>> passes = new ArrayList<>();
  private final List<A[]> blockInputs = new ArrayList<>();

  private final Parameters<A> firstMoments;
  private final Parameters<A> secondMoments;
  private final int vectorsPerUpdate;

  // what the tasks of the current batch read
  private Table<A> table;
  private int[] order = new int[0];
  private int start;
  private int rows;
  private int blocks;
  private double rate;
  private double beta1Power = 1;
  private double beta2Power = 1;
  private final Team.Task learnBlock = this::learnBlock;
  private final Team.Task updateVectors = this::updateVectors;

  TrainingRun(Settings settings, Trainable<A> network, Table<A> table, Team team) {
    this.settings = settings;
    this.network = network;
    this.kernels = network.kernels();
    this.table = table;
    this.team = team;
    this.blockRows = blockRows(settings);
    int maxBlocks = Math.ceilDiv(Math.min(settings.batchSize(), table.size()), blockRows);
    this.blockLoss = new double[maxBlocks];
    this.blockCorrect = new int[maxBlocks];
    for (int i = 0; i < maxBlocks; i++) {
      gradients.add(network.zeros());
    }
    for (int i = 0; i < team.threads(); i++) {
      passes.add(network.pass(blockRows, EVALUATION_ROWS));
      blockInputs.add(kernels.matrix(Math.max(blockRows, EVALUATION_ROWS), 0));
    }
    this.firstMoments = network.zeros();
    this.secondMoments = network.zeros();
    int widest = 1;
    for (A vector : firstMoments.vectors) {
      widest = Math.max(widest, Parameters.length(vector));
    }
    this.vectorsPerUpdate = Math.max(1, UPDATE_NUMBERS / widest);
  }

  /** Returns how many rows of a batch are learned from together. */
  static int blockRows(Settings settings) {
    return Math.max(MIN_BLOCK_ROWS, Math.ceilDiv(settings.batchSize(), MAX_BLOCKS));
  }

  /** What came of a training beside the network's parameters. */
  record Measured(double loss, double accuracy) {
    void put(SortedMap<String, Double> metrics, String prefix) {
      metrics.put(prefix + ".loss", loss);
      metrics.put(prefix + ".accuracy", accuracy);
    }
  }

  /**
   * Trains the network.
   *
   * @param learned which rows of the table to learn from, in an order that matters
   * @param validation what to measure by
   * @return the metrics of the network as it is then
   */
  SortedMap<String, Double> train(int[] learned, Optional<Table<A>> validation,
      Xoshiro256 shuffling,
      TrainingListener listener) throws InterruptedException {
    order = learned.clone();
    Table<A> training = table;
    int batches = Math.ceilDiv(order.length, settings.batchSize());
    boolean stopsEarly = settings.patience() > 0;
    List<A> best = new ArrayList<>();
    for (A vector : stopsEarly ? network.state() : List.<A>of()) {
      best.add(kernels.vector(Parameters.length(vector)));
    }
    double bestLoss = Double.POSITIVE_INFINITY;
    int bestEpoch = 0;
    double rateFactor = 1;
    int epoch = 1;
    for (; epoch <= settings.epochs(); epoch++) {
      shuffling.shuffle(order);
      rate = settings.learningRate() * rateFactor;
      rateFactor *= settings.learningRateDecay();
      double lossSum = 0;
      int correct = 0;
      for (int batch = 1; batch <= batches; batch++) {
        if (Thread.interrupted()) {
          throw new InterruptedException(
              "interrupted in epoch " + epoch + " before batch " + batch);
        }
        double loss = batch(batch);
        if (!Double.isFinite(loss)) {
          throw diverged("epoch " + epoch + ", batch " + batch + ": the loss is " + loss);
        }
        lossSum += loss;
        for (int block = 0; block < blocks; block++) {
          correct += blockCorrect[block];
        }
        listener.onBatch(new BatchReport(epoch, settings.epochs(), batch, batches, loss / rows));
      }
      SortedMap<String, Double> metrics = new TreeMap<>();
      new Measured(lossSum / order.length, (double) correct / order.length).put(metrics, "train");
      if (validation.isPresent()) {
        Measured measured = measure(validation.get(), allRows(validation.get()));
        if (!Double.isFinite(measured.loss)) {
          throw diverged("epoch " + epoch + ", after batch " + batches + ": the validation loss is "
              + measured.loss);
        }
        measured.put(metrics, "validation");
        if (stopsEarly && measured.loss < bestLoss) {
          bestLoss = measured.loss;
          bestEpoch = epoch;
          Parameters.copy(network.state(), best);
        }
      }
      listener.onEpoch(new EpochReport(epoch, settings.epochs(), metrics));
      if (stopsEarly && epoch - bestEpoch >= settings.patience()) {
        break;
      }
    }
    if (stopsEarly) {
      Parameters.copy(best, network.state());
    }
    for (A vector : network.state()) {
      if (!kernels.isFinite(vector)) {
        throw diverged("epoch " + Math.min(epoch, settings.epochs()) + ", batch " + batches
            + ": a weight is not finite any more");
      }
    }
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put("epochs", (double) Math.min(epoch, settings.epochs()));
    measureFinally(training, learned, "train", metrics);
    if (validation.isPresent()) {
      measureFinally(validation.get(), allRows(validation.get()), "validation", metrics);
    }
    return metrics;
  }

  private void measureFinally(Table<A> of, int[] which, String prefix,
      SortedMap<String, Double> metrics) {
    Measured measured = measure(of, which);
    if (!Double.isFinite(measured.loss)) {
      throw diverged(
          "after the last batch: the loss of the " + prefix + " rows is " + measured.loss);
    }
    measured.put(metrics, prefix);
  }

  private static TrainingException diverged(String where) {
    return new TrainingException(
        where + "; the training diverged: expected a finite number; try a lower"
            + " learningRate, or inputScale or standardize");
  }

  static int[] allRows(Table<?> table) {
    int[] all = new int[table.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    return all;
  }

  /** Returns the summed loss before the step. */
  private double batch(int batch) {
    start = (batch - 1) * settings.batchSize();
    rows = Math.min(settings.batchSize(), order.length - start);
    blocks = Math.ceilDiv(rows, blockRows);
    team.run(blocks, learnBlock);
    double loss = 0;
    for (int block = 0; block < blocks; block++) {
      loss += blockLoss[block];
    }
    if (Double.isFinite(loss)) {
      if (settings.optimizer() instanceof Settings.Optimizer.Adam adam) {
        beta1Power *= adam.beta1();
        beta2Power *= adam.beta2();
      }
      team.run(Math.ceilDiv(network.parameters().vectors.size(), vectorsPerUpdate), updateVectors);
      network.learned(blocks);
    }
    return loss;
  }

  private A[] gather(int from, int count, int worker) {
    A[] x = blockInputs.get(worker);
    for (int r = 0; r < count; r++) {
      x[r] = table.rows().get(order[from + r]);
    }
    return x;
  }

  private void learnBlock(int block, int worker) {
    int from = start + block * blockRows;
    int count = Math.min(blockRows, start + rows - from);
    A[] x = gather(from, count, worker);
    Trainable.Pass<A> pass = passes.get(worker);
    pass.learn(x, count, block);
    A[] logits = pass.logits();
    double share = 1.0 / rows;
    double loss = 0;
    int correct = 0;
    for (int r = 0; r < count; r++) {
      int label = table.labels().get(order[from + r]);
      correct += kernels.argMax(logits[r], false) == label ? 1 : 0;
      loss += kernels.softmaxCrossEntropy(logits[r], label, share);
    }
    blockLoss[block] = loss;
    blockCorrect[block] = correct;
    pass.backward(x, count, gradients.get(block));
  }

  private void updateVectors(int number, int worker) {
    Parameters<A> parameters = network.parameters();
    int to = Math.min(parameters.vectors.size(), (number + 1) * vectorsPerUpdate);
    for (int i = number * vectorsPerUpdate; i < to; i++) {
      A gradient = gradients.getFirst().vectors.get(i);
      for (int block = 1; block < blocks; block++) {
        A more = gradients.get(block).vectors.get(i);
        kernels.add(more, gradient);
        kernels.fill(more, 0);
      }
      double decay = parameters.isBias.get(i) ? 0 : rate * settings.weightDecay();
      A weight = parameters.vectors.get(i);
      switch (settings.optimizer()) {
        case Settings.Optimizer.Sgd(double momentum) ->
          kernels.sgd(weight, gradient, firstMoments.vectors.get(i), rate, momentum, decay);
        case Settings.Optimizer.Adam(double beta1, double beta2, double epsilon) ->
          kernels.adam(weight, gradient, firstMoments.vectors.get(i), secondMoments.vectors.get(i),
              rate / (1 - beta1Power), beta1, beta2, 1 / Math.sqrt(1 - beta2Power), epsilon, decay);
      }
      kernels.fill(gradient, 0);
      network.changed(i);
    }
  }

  private Measured measure(Table<A> of, int[] which) {
    Table<A> tableBefore = table;
    int[] orderBefore = order;
    table = of;
    order = which;
    int count = Math.ceilDiv(which.length, EVALUATION_ROWS);
    network.freeze();
    double[] losses = new double[count];
    int[] corrects = new int[count];
    team.run(count, (block, worker) -> {
      int from = block * EVALUATION_ROWS;
      int size = Math.min(EVALUATION_ROWS, which.length - from);
      Trainable.Pass<A> pass = passes.get(worker);
      pass.evaluate(gather(from, size, worker), size);
      for (int r = 0; r < size; r++) {
        A logits = pass.logits()[r];
        int label = of.labels().get(which[from + r]);
        corrects[block] += kernels.argMax(logits, false) == label ? 1 : 0;
        losses[block] += kernels.crossEntropy(logits, label);
      }
    });
    table = tableBefore;
    order = orderBefore;
    double loss = 0;
    int correct = 0;
    for (int block = 0; block < count; block++) {
      loss += losses[block];
      correct += corrects[block];
    }
    return new Measured(loss / which.length, (double) correct / which.length);
  }
}

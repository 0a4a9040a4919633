package org.modelledger.ml.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.loss.Loss;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingListener.BatchReport;
import org.modelledger.training.TrainingListener.EpochReport;
import org.modelledger.training.TrainingSpec;

/**
 * One training. What it draws at random depends on the seed, the epoch and the step alone, so it can be resumed after any epoch.
 *
 * <p>Gradients are computed without DJL's {@code GradientCollector}: there can be only one of it in a process at a time.
 */
final class TrainingRun {
  private static final int EVALUATION_ROWS = 256;
  private static final long SHUFFLE_STREAM = 0x5348_5546L;
  private static final long STEP_STREAM = 0x5354_4550L;

  private final TrainingSpec spec;
  private final Settings settings;
  private final Trainable network;
  private final OptimizerState optimizer;
  private final NDManager manager;
  private final Rows learned;
  private final Optional<Rows> measured;
  private final Loss loss = Loss.softmaxCrossEntropyLoss();
  private final int batches;

  private Checkpoints.Best best = Checkpoints.Best.NONE;

  /**
   * @param learned what to learn from
   * @param measured what to measure by
   */
  TrainingRun(TrainingSpec spec, Settings settings, Trainable network, NDManager manager,
      Rows learned, Optional<Rows> measured) {
    this.spec = spec;
    this.settings = settings;
    this.network = network;
    this.manager = manager;
    this.learned = learned;
    this.measured = measured;
    this.optimizer = new OptimizerState(settings, network, manager);
    this.batches = Math.ceilDiv(learned.size(), settings.batchSize());
  }

  /** Returns a generator for one purpose. */
  static SplittableRandom random(long seed, long stream, long number) {
    SplittableRandom mixed = new SplittableRandom(seed ^ stream * 0x9e3779b97f4a7c15L);
    return new SplittableRandom(mixed.nextLong() + number * 0xbf58476d1ce4e5b9L);
  }

  /** What came of a pass over rows. */
  private record Measured(double loss, double accuracy) {
    void put(SortedMap<String, Double> metrics, String prefix) {
      metrics.put(prefix + ".loss", loss);
      metrics.put(prefix + ".accuracy", accuracy);
    }
  }

  /**
   * Trains the network.
   *
   * @return the metrics of the network as it is then
   */
  SortedMap<String, Double> train(Optional<Checkpoints> checkpoints, TrainingListener listener)
      throws InterruptedException {
    int done = checkpoints.flatMap(Checkpoints::newest).map(this::resume).orElse(0);
    for (int epoch = done + 1; epoch <= settings.epochs() && !isOver(epoch - 1); epoch++) {
      SortedMap<String, Double> metrics = epoch(epoch, listener);
      int now = epoch;
      if (checkpoints.isPresent()
          && (now % checkpoints.get().every() == 0 || now == settings.epochs() || isOver(now))) {
        checkpoints.get().write(new Checkpoints.State(now, network.save(), optimizer.save(), best));
      }
      listener.onEpoch(new EpochReport(now, settings.epochs(), metrics));
    }
    best.network().ifPresent(network::load);
    requireNotInterrupted();
    SortedMap<String, Double> metrics = new TreeMap<>();
    measure(learned).put(metrics, "train");
    if (measured.isPresent()) {
      measure(measured.get()).put(metrics, "validation");
    }
    metrics.forEach((name, value) -> requireFinite(value, "the metric " + name));
    return metrics;
  }

  private int resume(Checkpoints.State state) {
    network.load(state.network);
    optimizer.load(state.optimizer);
    best = state.best;
    return state.epoch;
  }

  /** Says whether the validation loss has not fallen for too long. */
  private boolean isOver(int epoch) {
    return settings.patience() > 0 && epoch - best.epoch() >= settings.patience() && epoch > 0;
  }

  private SortedMap<String, Double> epoch(int epoch, TrainingListener listener)
      throws InterruptedException {
    Rows order = learned.shuffled(random(spec.seed(), SHUFFLE_STREAM, epoch));
    double sum = 0;
    int correct = 0;
    for (int batch = 1; batch <= batches; batch++) {
      requireNotInterrupted();
      int from = (batch - 1) * settings.batchSize();
      int rows = Math.min(settings.batchSize(), order.size() - from);
      Step step = step((epoch - 1L) * batches + batch, order, from, rows, epoch, batch);
      sum += step.loss * rows;
      correct += step.correct;
      listener.onBatch(new BatchReport(epoch, settings.epochs(), batch, batches, step.loss));
    }
    SortedMap<String, Double> metrics = new TreeMap<>();
    new Measured(sum / order.size(), (double) correct / order.size()).put(metrics, "train");
    if (measured.isPresent()) {
      Measured now = measure(measured.get());
      requireFinite(now.loss, "the validation loss after epoch " + epoch);
      now.put(metrics, "validation");
      if (settings.patience() > 0 && now.loss < best.loss()) {
        best = new Checkpoints.Best(Optional.of(network.save()), now.loss, epoch);
      }
    }
    return metrics;
  }

  private static void requireNotInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while training");
    }
  }

  private static void requireFinite(double number, String what) {
    if (!Double.isFinite(number)) {
      throw new TrainingException(what + " is " + number
          + "; expected a finite number, which a lower learningRate may give");
    }
  }

  /** What came of one batch. */
  private record Step(double loss, int correct) {}

  /** @param number from 1 over all epochs */
  private Step step(long number, Rows order, int from, int rows, int epoch, int batch) {
    Step result;
    try {
      result = network.isRandom()
          ? PyTorchRuntime.seeded(random(spec.seed(), STEP_STREAM, number).nextLong(),
              () -> step(number, order, from, rows))
          : step(number, order, from, rows);
    } catch (RuntimeException e) {
      throw new TrainingException("epoch " + epoch + ", batch " + batch + " failed: "
          + NetworkModel.firstLine(e), e);
    }
    requireFinite(result.loss, "the loss of epoch " + epoch + ", batch " + batch);
    return result;
  }

  private Step step(long number, Rows order, int from, int rows) {
    double rate = settings.schedule().rate(number - 1, batches);
    try (NDManager call = manager.newSubManager()) {
      JniUtils.setGradMode(true);
      NDArray logits = network.forward(call, inputs(call, order, from, rows), true);
      logits.attach(call);
      NDArray error = loss.evaluate(new NDList(labels(call, order, from, rows)),
          new NDList(logits));
      error.attach(call);
      JniUtils.backward((PtNDArray) error, (PtNDArray) error.onesLike(), false, false);
      JniUtils.setGradMode(false);
      optimizer.step(network, rate, number);
      return new Step(error.toType(DataType.FLOAT32, false).toFloatArray()[0],
          correct(logits.toFloatArray(), order, from, rows));
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  private static NDList inputs(NDManager call, Rows order, int from, int rows) {
    TrainingTable of = order.table();
    int width = of.rowElements();
    int size = of.tokens() ? Long.BYTES : Float.BYTES;
    ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(rows, width * size))
        .order(ByteOrder.nativeOrder());
    for (int r = 0; r < rows; r++) {
      int start = order.get(from + r) * width;
      for (int i = start; i < start + width; i++) {
        if (of.tokens()) {
          bytes.putLong((long) of.features()[i]);
        } else {
          bytes.putFloat(of.features()[i]);
        }
      }
    }
    long[] shape = new long[of.row().size() + 1];
    shape[0] = rows;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = of.row().get(i - 1);
    }
    return new NDList(call.create(bytes.flip(), new Shape(shape),
        of.tokens() ? DataType.INT64 : DataType.FLOAT32));
  }

  private static NDArray labels(NDManager call, Rows order, int from, int rows) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(rows * Long.BYTES).order(ByteOrder.nativeOrder());
    for (int r = 0; r < rows; r++) {
      bytes.putLong(order.label(from + r));
    }
    return call.create(bytes.flip(), new Shape(rows), DataType.INT64);
  }

  private static int correct(float[] logits, Rows order, int from, int rows) {
    int classes = logits.length / rows;
    int correct = 0;
    for (int r = 0; r < rows; r++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = logits[r * classes + c] > logits[r * classes + best] ? c : best;
      }
      correct += best == order.label(from + r) ? 1 : 0;
    }
    return correct;
  }

  private Measured measure(Rows rows) throws InterruptedException {
    double sum = 0;
    int correct = 0;
    for (int from = 0; from < rows.size(); from += EVALUATION_ROWS) {
      requireNotInterrupted();
      int count = Math.min(EVALUATION_ROWS, rows.size() - from);
      float[] logits;
      JniUtils.setGradMode(false);
      try (NDManager call = manager.newSubManager()) {
        NDArray scores = network.forward(call, inputs(call, rows, from, count), false);
        scores.attach(call);
        logits = scores.toFloatArray();
      }
      sum += crossEntropy(logits, rows, from, count);
      correct += correct(logits, rows, from, count);
    }
    return new Measured(sum / rows.size(), (double) correct / rows.size());
  }

  private static double crossEntropy(float[] logits, Rows order, int from, int rows) {
    int classes = logits.length / rows;
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      double greatest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        greatest = Math.max(greatest, logits[r * classes + c]);
      }
      double exponentials = 0;
      for (int c = 0; c < classes; c++) {
        exponentials += StrictMath.exp(logits[r * classes + c] - greatest);
      }
      sum += greatest + StrictMath.log(exponentials)
          - logits[r * classes + order.label(from + r)];
    }
    return sum;
  }
}

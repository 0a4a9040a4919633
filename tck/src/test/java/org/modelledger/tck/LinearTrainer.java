package org.modelledger.tck;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Fits y = w·x + b by gradient descent, or breaks the promise it is told to. */
final class LinearTrainer implements Trainer {
  private static final int BATCH = 4;

  private final LinearFault fault;
  private final AtomicInteger trainings = new AtomicInteger();
  private final double[] scratch = new double[64];
  private volatile boolean closed;

  LinearTrainer(LinearFault fault) {
    this.fault = fault;
  }

  @Override
  public EngineInfo info() {
    requireOpen();
    return LinearEngine.INFO;
  }

  @Override
  public Determinism determinism() {
    requireOpen();
    return Determinism.BIT_EXACT;
  }

  @Override
  public TrainedModel train(TrainingSpec spec, Dataset training, Optional<Dataset> validation,
      TrainingListener listener) throws InterruptedException {
    if (fault != LinearFault.TRAINS_WHEN_CLOSED) {
      requireOpen();
    }
    Instant started = Instant.now();
    double rate = number(spec, "rate", 0.01);
    int epochs = (int) number(spec, "epochs", 2);
    checkSpec(spec);
    if (fault == LinearFault.TELLS_BEFORE_IT_CHECKS) {
      listener.onBatch(new TrainingListener.BatchReport(1, epochs, 1, 1, 1));
    }
    double[][] rows = rows(spec, training, -1);
    double[][] validationRows = validation.isPresent()
        && fault != LinearFault.IGNORES_THE_VALIDATION_SET
            ? rows(spec, validation.get(),
                fault == LinearFault.TAKES_VALIDATION_OF_ANOTHER_WIDTH ? -1 : rows[0].length)
            : new double[0][];
    double[] weights = fit(spec, rows, rate, epochs, listener);
    TreeMap<String, Double> metrics = new TreeMap<>(Map.of("train.loss", loss(weights, rows)));
    if (validationRows.length > 0) {
      metrics.put("validation.loss", loss(weights, validationRows));
    }
    byte[] file = LinearEngine.encode(Arrays.copyOf(weights, weights.length - 1),
        weights[weights.length - 1]);
    if (fault == LinearFault.WRITES_WHAT_NO_ENGINE_LOADS) {
      file[0]++;
    }
    return new TrainedModel(ModelFiles.of(Map.of(LinearEngine.FILE, file)), metrics,
        LineageFacts.builder(LinearEngine.INFO, started, Instant.now())
            .spec(spec)
            .data(fault == LinearFault.FORGETS_THE_DATA_IN_THE_FACTS
                ? List.of()
                : training.sources())
            .build());
  }

  private double[] fit(TrainingSpec spec, double[][] rows, double rate, int epochs,
      TrainingListener listener) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(
        fault == LinearFault.IGNORES_THE_SEED ? 1 : spec.seed());
    double[] weights = fault == LinearFault.KEEPS_ITS_SCRATCH_FOR_ALL_TRAININGS
        ? scratch
        : new double[rows[0].length];
    int width = rows[0].length;
    for (int i = 0; i < width; i++) {
      weights[i] = random.nextDouble() - 0.5;
    }
    if (fault == LinearFault.TRAINS_ANOTHER_MODEL_EACH_TIME) {
      weights[0] += trainings.incrementAndGet() * 1e-9;
    }
    int batches = (rows.length + BATCH - 1) / BATCH;
    for (int epoch = 1; epoch <= epochs; epoch++) {
      if (fault == LinearFault.TELLS_EPOCHS_BEFORE_BATCHES) {
        tellEpoch(listener, weights, rows, epoch, epochs);
      }
      for (int batch = 1; batch <= batches; batch++) {
        if (Thread.interrupted() && fault != LinearFault.TRAINS_ON_WHEN_INTERRUPTED) {
          throw new InterruptedException();
        }
        double[][] some = Arrays.copyOfRange(rows, (batch - 1) * BATCH,
            Math.min(rows.length, batch * BATCH));
        double loss = loss(weights, some);
        for (double[] row : some) {
          double error = predict(weights, row) - row[row.length - 1];
          for (int i = 0; i < width; i++) {
            weights[i] -= rate * error * (i < width - 1 ? row[i] : 1);
          }
          if (fault == LinearFault.KEEPS_ITS_SCRATCH_FOR_ALL_TRAININGS) {
            LinearEngine.letOthersRun();
          }
        }
        tellBatch(listener,
            new TrainingListener.BatchReport(epoch, epochs, batch, batches, loss));
      }
      if (Thread.interrupted() && fault != LinearFault.TRAINS_ON_WHEN_INTERRUPTED) {
        throw new InterruptedException();
      }
      if (fault != LinearFault.TELLS_EPOCHS_BEFORE_BATCHES) {
        tellEpoch(listener, weights, rows, epoch, epochs);
      }
    }
    return Arrays.copyOf(weights, width);
  }

  private void tellBatch(TrainingListener listener, TrainingListener.BatchReport report)
      throws InterruptedException {
    if (fault == LinearFault.TELLS_ON_ANOTHER_THREAD) {
      Thread thread = Thread.ofVirtual()
          .uncaughtExceptionHandler((t, e) -> trainings.incrementAndGet())
          .start(() -> listener.onBatch(report));
      thread.join();
      return;
    }
    try {
      listener.onBatch(report);
    } catch (RuntimeException e) {
      if (fault == LinearFault.WRAPS_THE_LISTENERS_EXCEPTION) {
        throw new TrainingException("the listener failed", e);
      }
      throw e;
    }
  }

  private static void tellEpoch(TrainingListener listener, double[] weights, double[][] rows,
      int epoch, int epochs) {
    listener.onEpoch(new TrainingListener.EpochReport(epoch, epochs,
        Map.of("train.loss", loss(weights, rows))));
  }

  private static double predict(double[] weights, double[] row) {
    double sum = weights[row.length - 1];
    for (int i = 0; i < row.length - 1; i++) {
      sum += weights[i] * row[i];
    }
    return sum;
  }

  private static double loss(double[] weights, double[][] rows) {
    double sum = 0;
    for (double[] row : rows) {
      double error = predict(weights, row) - row[row.length - 1];
      sum += error * error;
    }
    return sum / rows.length;
  }

  private void checkSpec(TrainingSpec spec) {
    if (!spec.algorithm().equals("linear") && fault != LinearFault.TAKES_ANY_ALGORITHM) {
      throw new ConfigurationException(
          "unknown algorithm '" + spec.algorithm() + "'; known: [linear]");
    }
    TreeSet<String> unknown = new TreeSet<>(spec.parameters().keySet());
    unknown.removeAll(List.of("rate", "epochs"));
    if (!unknown.isEmpty() && fault != LinearFault.TAKES_ANY_PARAMETER) {
      throw new ConfigurationException("unknown hyper-parameters " + unknown
          + (fault == LinearFault.DOES_NOT_LIST_PARAMETERS ? "" : "; known: [epochs, rate]"));
    }
  }

  private double number(TrainingSpec spec, String name, double absent) {
    String value = spec.parameters().getOrDefault(name, Double.toString(absent));
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      if (fault == LinearFault.TAKES_A_WRONG_VALUE) {
        return absent;
      }
      throw new ConfigurationException(
          "hyper-parameter '" + name + "' is '" + value + "'; expected a number", e);
    }
  }

  /** Reads the rows: features, then the target. */
  private double[][] rows(TrainingSpec spec, Dataset data, int width) {
    if (data.rows() == 0) {
      if (fault == LinearFault.TRAINS_ON_NOTHING) {
        return new double[][]{{1, 1}};
      }
      throw new TrainingException("the data has no rows");
    }
    requireColumn(data, spec.features(), width < 0 ? Shape.FREE : width - 1);
    requireColumn(data, spec.target(), 0);
    Tensors all = data.read(0, Math.toIntExact(data.rows()));
    double[] features = numbers(all.get(spec.features()));
    double[] targets = numbers(all.get(spec.target()));
    int columns = features.length / targets.length;
    double[][] rows = new double[targets.length][columns + 1];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < columns; i++) {
        rows[r][i] = finite(features[r * columns + i], spec.features(), r);
      }
      rows[r][columns] = finite(targets[r], spec.target(), r);
    }
    return rows;
  }

  private double finite(double number, String column, int row) {
    if (!Double.isFinite(number) && fault != LinearFault.TRAINS_ON_NAN) {
      throw new TrainingException("column '" + column + "', row "
          + (fault == LinearFault.COUNTS_ROWS_FROM_ONE ? row + 1 : row) + " is " + number
          + "; expected a finite number");
    }
    return Double.isFinite(number) ? number : 0;
  }

  private double[] numbers(Tensor tensor) {
    return tensor.dataType() == DataType.BOOL
        ? new double[tensor.data().remaining()]
        : tensor.toDoubles();
  }

  private void requireColumn(Dataset data, String name, long width) {
    String named = fault == LinearFault.DOES_NOT_NAME_THE_COLUMN ? "a column" : name;
    for (TensorSpec column : data.columns()) {
      if (column.name().equals(name)) {
        if (column.dataType() != DataType.FP64 && fault != LinearFault.TAKES_ANY_TYPE) {
          throw new TrainingException(
              named + " has type " + column.dataType() + "; expected FP64");
        }
        Shape wanted = width == 0 ? Shape.of() : Shape.of(width);
        if (!wanted.accepts(column.shape())) {
          throw new TrainingException(
              named + " has shape " + column.shape() + "; expected " + wanted);
        }
        return;
      }
    }
    throw new TrainingException(named + " is missing; there are " + data.columns());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the trainer is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}

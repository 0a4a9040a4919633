package org.modelledger.ml.exact;

import java.util.Optional;
import org.modelledger.inference.DataType;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.NumberColumn;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/** Rows to learn from or to measure by, checked and in memory, by column, and a target for each. */
final class FeatureTable {
  /** So that the sums of {@link Quantum} have enough digits. */
  private static final int MAX_ROWS = 1 << 26;
  private static final int MAX_FEATURES = 1 << 16;
  private static final int MAX_LABEL = (1 << 16) - 1;
  private static final int CHUNK_ROWS = 4096;

  private final int rows;
  private final boolean float64;
  private final float[][] floats;
  private final double[][] doubles;
  private final double[] targets;

  private FeatureTable(int rows, int features, boolean float64) {
    this.rows = rows;
    this.float64 = float64;
    this.floats = float64 ? new float[features][0] : new float[features][rows];
    this.doubles = float64 ? new double[features][rows] : new double[features][0];
    this.targets = new double[rows];
  }

  /**
   * What is expected of a dataset.
   *
   * @param missing whether a feature may be NaN
   * @param labels whether targets are whole numbers from 0
   * @param classes how many labels there are, or 0 if any number will do
   * @param like what else the features are to be like
   */
  record Expected(boolean missing, boolean labels, int classes, Optional<FeatureTable> like) {}

  /** @throws TrainingException if the data do not fit; names column and row */
  static FeatureTable read(Dataset data, TrainingSpec spec, Expected expected, String what)
      throws InterruptedException {
    NumberColumn featureColumn = NumberColumn.find(data, spec.features(), what);
    TensorSpec features = featureColumn.spec();
    NumberColumn target = NumberColumn.find(data, spec.target(), what);
    if (features.shape().rank() != 1 || features.shape().length(0) < 1
        || features.shape().length(0) > MAX_FEATURES) {
      throw new TrainingException(
          what + ": column '" + features.name() + "' has rows of shape " + features.shape()
              + "; expected one dimension of 1 to " + MAX_FEATURES);
    }
    int width = (int) features.shape().length(0);
    if (expected.like.isPresent() && expected.like.get().features() != width) {
      throw new TrainingException(what + ": column '" + features.name() + "' has rows of " + width
          + " numbers; the training data has " + expected.like.get().features());
    }
    target.requireOneNumber();
    if (data.rows() == 0 || data.rows() > MAX_ROWS) {
      throw new TrainingException(
          what + " has " + data.rows() + " rows; expected 1 to " + MAX_ROWS);
    }
    FeatureTable table = new FeatureTable((int) data.rows(), width,
        expected.like.map(FeatureTable::float64).orElse(isWide(features.dataType())));
    for (int from = 0; from < table.rows; from += CHUNK_ROWS) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while reading the " + what);
      }
      int size = Math.min(CHUNK_ROWS, table.rows - from);
      Tensors chunk = data.read(from, size);
      table.readFeatures(featureColumn.numbers(chunk, size), features, expected.missing, from, size,
          what);
      table.readTargets(target.numbers(chunk, size), spec.target(), expected, from, size, what);
    }
    return table;
  }

  /** Whether float32 does not have all numbers of a type. */
  private static boolean isWide(DataType type) {
    return type == DataType.FP64 || type == DataType.INT32 || type == DataType.INT64;
  }

  private void readFeatures(NumberColumn.Numbers data, TensorSpec spec, boolean missing, int from,
      int size, String what) {
    for (int r = from; r < from + size; r++) {
      for (int j = 0; j < features(); j++) {
        double read = data.next();
        double value = float64 ? read : (float) read;
        // adding zero turns minus zero into zero
        if (float64) {
          doubles[j][r] = value + 0.0;
        } else {
          floats[j][r] = (float) (value + 0.0);
        }
        if (!Double.isFinite(value) && !(missing && Double.isNaN(value))) {
          throw new TrainingException(
              what + ": column '" + spec.name() + "', row " + r + ", number " + j + " is " + read
                  + "; expected a number that is finite as " + (float64 ? "FP64" : "FP32")
                  + (missing
                      ? ", or NaN where it is missing"
                      : Double.isNaN(read)
                          ? "; the hyper-parameter 'missing' allows NaN"
                          : ""));
        }
      }
    }
  }

  private void readTargets(NumberColumn.Numbers data, String name, Expected expected, int from,
      int size, String what) {
    int greatest = expected.classes == 0 ? MAX_LABEL : expected.classes - 1;
    for (int r = from; r < from + size; r++) {
      if (expected.labels) {
        targets[r] = data.nextLabel(r, greatest);
      } else {
        double value = data.next();
        if (!Float.isFinite((float) value)) {
          throw new TrainingException(what + ": column '" + name + "', row " + r + " is "
              + value + "; expected a number that is finite as FP32");
        }
        targets[r] = value;
      }
    }
  }

  int rows() {
    return rows;
  }

  int features() {
    return floats.length;
  }

  boolean float64() {
    return float64;
  }

  double value(int feature, int row) {
    return float64 ? doubles[feature][row] : floats[feature][row];
  }

  /** Returns a column of a table that is float64; not a copy. */
  double[] doubles(int feature) {
    return doubles[feature];
  }

  /** Returns a column of a table that is not float64; not a copy. */
  float[] floats(int feature) {
    return floats[feature];
  }

  double target(int row) {
    return targets[row];
  }

  /** Returns the target of each row; not a copy. */
  double[] targets() {
    return targets;
  }

  /** Returns a table of some of the rows, in this order. */
  FeatureTable select(int[] which) {
    FeatureTable some = new FeatureTable(which.length, features(), float64);
    for (int i = 0; i < which.length; i++) {
      some.targets[i] = targets[which[i]];
    }
    for (int j = 0; j < features(); j++) {
      for (int i = 0; i < which.length; i++) {
        if (float64) {
          some.doubles[j][i] = doubles[j][which[i]];
        } else {
          some.floats[j][i] = floats[j][which[i]];
        }
      }
    }
    return some;
  }
}

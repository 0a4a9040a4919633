package org.modelledger.ml.tensorflow;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import org.modelledger.inference.Shape;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.NumberColumn;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/** Rows to learn from or to measure by: checked, in memory, as float32. */
final class Table {
  private static final int CHUNK_ROWS = 4096;
  private static final int MAX_LABEL = (1 << 16) - 1;

  /** The shape of a row. */
  final Shape shape;
  /** How many numbers a row has. */
  final int width;
  private final float[][] rows;
  private final int[] labels;

  private Table(Shape shape, float[][] rows, int[] labels) {
    this.shape = shape;
    this.width = (int) shape.elements();
    this.rows = rows;
    this.labels = labels;
  }

  int size() {
    return labels.length;
  }

  int label(int row) {
    return labels[row];
  }

  float[] row(int row) {
    return rows[row];
  }

  int greatestLabel() {
    int greatest = 0;
    for (int label : labels) {
      greatest = Math.max(greatest, label);
    }
    return greatest;
  }

  /** Returns some of the rows, themselves, in this order. */
  Table select(int[] which) {
    float[][] someRows = new float[which.length][];
    int[] someLabels = new int[which.length];
    for (int i = 0; i < which.length; i++) {
      someRows[i] = rows[which[i]];
      someLabels[i] = labels[which[i]];
    }
    return new Table(shape, someRows, someLabels);
  }

  /** Feeds everything to a digest. */
  void update(MessageDigest digest) {
    ByteBuffer row = ByteBuffer.allocate(width * Float.BYTES + Integer.BYTES);
    for (int r = 0; r < rows.length; r++) {
      row.clear();
      for (float number : rows[r]) {
        row.putFloat(number);
      }
      digest.update(row.putInt(labels[r]).flip());
    }
  }

  /**
   * Reads and checks a whole dataset.
   *
   * @param like the table whose shape is wanted, or nothing if any will do
   * @param classes how many labels there are, or 0 if any number will do
   */
  static Table read(Dataset data, TrainingSpec spec, List<Table> like, int classes, String what)
      throws InterruptedException {
    NumberColumn featureColumn = NumberColumn.find(data, spec.features(), what);
    NumberColumn target = NumberColumn.find(data, spec.target(), what);
    TensorSpec features = featureColumn.spec();
    if (!features.shape().isFixed() || features.shape().elements() < 1
        || features.shape().elements() > Integer.MAX_VALUE / Double.BYTES) {
      throw new TrainingException(what + ": column '" + features.name() + "' has rows of shape "
          + features.shape() + "; expected at least one number");
    }
    for (Table other : like) {
      if (!features.shape().equals(other.shape)) {
        throw new TrainingException(what + ": column '" + features.name() + "' has rows of shape "
            + features.shape() + "; the training data has " + other.shape);
      }
    }
    target.requireOneNumber();
    if (data.rows() == 0 || data.rows() > Integer.MAX_VALUE - 8) {
      throw new TrainingException(what + " has " + data.rows() + " rows; expected 1 to "
          + (Integer.MAX_VALUE - 8));
    }
    int count = (int) data.rows();
    float[][] rows = new float[count][(int) features.shape().elements()];
    int[] labels = new int[count];
    int greatestLabel = classes == 0 ? MAX_LABEL : classes - 1;
    for (int from = 0; from < count; from += CHUNK_ROWS) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while reading " + what);
      }
      int size = Math.min(CHUNK_ROWS, count - from);
      Tensors chunk = data.read(from, size);
      readFeatures(featureColumn.numbers(chunk, size), features, rows, from, size, what);
      NumberColumn.Numbers targets = target.numbers(chunk, size);
      for (int r = from; r < from + size; r++) {
        labels[r] = targets.nextLabel(r, greatestLabel);
      }
    }
    return new Table(features.shape(), rows, labels);
  }

  private static void readFeatures(NumberColumn.Numbers data, TensorSpec spec, float[][] rows,
      int from, int size, String what) {
    for (int r = from; r < from + size; r++) {
      for (int j = 0; j < rows[r].length; j++) {
        double value = data.next();
        rows[r][j] = (float) value;
        if (!Float.isFinite(rows[r][j])) {
          throw new TrainingException(what + ": column '" + spec.name() + "', row " + r
              + ", number " + j + " is " + value + "; expected a number that is finite as FP32");
        }
      }
    }
  }
}

package org.modelledger.ml.tensorflow;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/** Rows to learn from or to measure by: checked, in memory, as float32. */
final class Table {
  private static final int CHUNK_ROWS = 4096;
  private static final int MAX_LABEL = (1 << 16) - 1;
  private static final String TYPES = "FP32, FP64, UINT8, INT8, INT16, INT32 or INT64";

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
    TensorSpec features = column(data, spec.features(), what);
    TensorSpec target = column(data, spec.target(), what);
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
    if (target.shape().rank() != 0
        && !(target.shape().rank() == 1 && target.shape().length(0) == 1)) {
      throw new TrainingException(what + ": column '" + target.name() + "' has rows of shape "
          + target.shape() + "; expected one number, [] or [1]");
    }
    if (data.rows() == 0 || data.rows() > Integer.MAX_VALUE - 8) {
      throw new TrainingException(what + " has " + data.rows() + " rows; expected 1 to "
          + (Integer.MAX_VALUE - 8));
    }
    int count = (int) data.rows();
    float[][] rows = new float[count][(int) features.shape().elements()];
    int[] labels = new int[count];
    for (int from = 0; from < count; from += CHUNK_ROWS) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while reading " + what);
      }
      int size = Math.min(CHUNK_ROWS, count - from);
      Tensors chunk = data.read(from, size);
      readFeatures(chunk.get(features.name()), features, rows, from, size, what);
      readLabels(chunk.get(target.name()), target, labels, from, size, classes, what);
    }
    return new Table(features.shape(), rows, labels);
  }

  private static TensorSpec column(Dataset data, String name, String what) {
    for (TensorSpec column : data.columns()) {
      if (column.name().equals(name)) {
        if (!supported(column.dataType())) {
          throw new TrainingException(what + ": column '" + name + "' has type "
              + column.dataType() + "; expected " + TYPES);
        }
        return column;
      }
    }
    throw new TrainingException(what + " has no column '" + name + "'; it has "
        + data.columns().stream().map(TensorSpec::name).toList());
  }

  private static boolean supported(DataType type) {
    return switch (type) {
      case FP32, FP64, UINT8, INT8, INT16, INT32, INT64 -> true;
      default -> false;
    };
  }

  private static void readFeatures(Tensor tensor, TensorSpec spec, float[][] rows, int from,
      int size, String what) {
    ByteBuffer data = checked(tensor, spec, size, what);
    for (int r = from; r < from + size; r++) {
      for (int j = 0; j < rows[r].length; j++) {
        double value = next(data, spec.dataType());
        rows[r][j] = (float) value;
        if (!Float.isFinite(rows[r][j])) {
          throw new TrainingException(what + ": column '" + spec.name() + "', row " + r
              + ", number " + j + " is " + value + "; expected a number that is finite as FP32");
        }
      }
    }
  }

  private static void readLabels(Tensor tensor, TensorSpec spec, int[] labels, int from, int size,
      int classes, String what) {
    ByteBuffer data = checked(tensor, spec, size, what);
    int max = classes == 0 ? MAX_LABEL : classes - 1;
    for (int r = from; r < from + size; r++) {
      double value = next(data, spec.dataType());
      int label = (int) value;
      if (label != value || label < 0 || label > max) {
        throw new TrainingException(what + ": column '" + spec.name() + "', row " + r + " is "
            + (label == value ? Integer.toString(label) : Double.toString(value))
            + "; expected a whole number from 0 to " + max);
      }
      labels[r] = label;
    }
  }

  private static ByteBuffer checked(Tensor tensor, TensorSpec spec, int size, String what) {
    if (tensor.dataType() != spec.dataType()
        || !tensor.shape().equals(spec.shape().prepend(size))) {
      throw new TrainingException(what + ": column '" + spec.name() + "' was read as " + tensor
          + "; the dataset declares " + spec.dataType() + " " + spec.shape().prepend(size));
    }
    return tensor.data();
  }

  private static double next(ByteBuffer data, DataType type) {
    return switch (type) {
      case FP32 -> data.getFloat();
      case FP64 -> data.getDouble();
      case UINT8 -> data.get() & 0xff;
      case INT8 -> data.get();
      case INT16 -> data.getShort();
      case INT32 -> data.getInt();
      case INT64 -> data.getLong();
      default -> throw new IllegalStateException("type " + type + " was let through");
    };
  }
}

package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/**
 * Rows to learn from or to measure by: checked, in memory, in the precision of the training.
 *
 * @param rows one vector each
 * @param labels one each, from 0
 */
record Table<A>(List<A> rows, List<Integer> labels) {
  private static final int CHUNK_ROWS = 4096;
  private static final int MAX_LABEL = (1 << 16) - 1;
  private static final String TYPES = "FP32, FP64, UINT8, INT8, INT16, INT32 or INT64";

  int size() {
    return rows.size();
  }

  /** Returns some of the rows, themselves, in this order. */
  Table<A> select(int[] which) {
    List<A> someRows = new ArrayList<>();
    List<Integer> someLabels = new ArrayList<>();
    for (int row : which) {
      someRows.add(rows.get(row));
      someLabels.add(labels.get(row));
    }
    return new Table<>(someRows, someLabels);
  }

  /**
   * Reads and checks a whole dataset.
   *
   * @param width how many features are wanted, or 0 if any number will do
   * @param classes how many labels there are, or 0 if any number will do
   */
  static <A> Table<A> read(Kernels<A> kernels, Dataset data, TrainingSpec spec, int width,
      int classes, String what)
      throws InterruptedException {
    TensorSpec features = column(data, spec.features(), what);
    TensorSpec target = column(data, spec.target(), what);
    if (features.shape().rank() != 1 || features.shape().length(0) < 1
        || features.shape().length(0) > Integer.MAX_VALUE) {
      throw new TrainingException(
          what + ": column '" + features.name() + "' has rows of shape " + features.shape()
              + "; expected one dimension of at least 1");
    }
    int length = (int) features.shape().length(0);
    if (width != 0 && length != width) {
      throw new TrainingException(what + ": column '" + features.name() + "' has rows of " + length
          + " numbers; the training data has " + width);
    }
    if (target.shape().rank() != 0
        && !(target.shape().rank() == 1 && target.shape().length(0) == 1)) {
      throw new TrainingException(
          what + ": column '" + target.name() + "' has rows of shape " + target.shape()
              + "; expected one number, [] or [1]");
    }
    if (data.rows() == 0 || data.rows() > Integer.MAX_VALUE - 8) {
      throw new TrainingException(
          what + " has " + data.rows() + " rows; expected 1 to " + (Integer.MAX_VALUE - 8));
    }
    int count = (int) data.rows();
    A[] rows = kernels.matrix(count, length);
    Integer[] labels = new Integer[count];
    for (int from = 0; from < count; from += CHUNK_ROWS) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while reading the " + what);
      }
      int size = Math.min(CHUNK_ROWS, count - from);
      Tensors chunk = data.read(from, size);
      readFeatures(kernels, chunk.get(features.name()), features, rows, from, size, what);
      readLabels(chunk.get(target.name()), target, labels, from, size, classes, what);
    }
    return new Table<>(List.of(rows), List.of(labels));
  }

  static TensorSpec column(Dataset data, String name, String what) {
    for (TensorSpec column : data.columns()) {
      if (column.name().equals(name)) {
        if (!supported(column.dataType())) {
          throw new TrainingException(
              what + ": column '" + name + "' has type " + column.dataType() + "; expected "
                  + TYPES);
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

  private static <A> void readFeatures(Kernels<A> kernels, Tensor tensor, TensorSpec spec, A[] rows,
      int from,
      int size, String what) {
    ByteBuffer data = checked(tensor, spec, size, what);
    int width = (int) spec.shape().length(0);
    for (int r = from; r < from + size; r++) {
      for (int j = 0; j < width; j++) {
        double value = next(data, spec.dataType());
        kernels.set(rows[r], j, value);
        if (!Double.isFinite(kernels.get(rows[r], j))) {
          throw new TrainingException(
              what + ": column '" + spec.name() + "', row " + r + ", number " + j + " is "
                  + value + "; expected a number that is finite as " + kernels.dataType());
        }
      }
    }
  }

  private static void readLabels(Tensor tensor, TensorSpec spec, Integer[] labels, int from,
      int size, int classes,
      String what) {
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

  static ByteBuffer checked(Tensor tensor, TensorSpec spec, int size, String what) {
    if (tensor.dataType() != spec.dataType()
        || !tensor.shape().equals(spec.shape().prepend(size))) {
      throw new TrainingException(what + ": column '" + spec.name() + "' was read as " + tensor
          + "; the dataset declares " + spec.dataType() + " " + spec.shape().prepend(size));
    }
    return tensor.data();
  }

  static double next(ByteBuffer data, DataType type) {
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

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
    features(data, spec.features(), width, what);
    Integer[] labels = new Integer[count(data, what)];
    TensorSpec target = target(data, spec.target(), what);
    A[] rows = rows(kernels, data, spec.features(), width, what,
        (chunk, from, size) -> readLabels(chunk.get(target.name()), target, labels, from, size,
            classes, what));
    return new Table<>(List.of(rows), List.of(labels));
  }

  /** Rows to predict numbers from. */
  static final class Numbers<A> {
    final List<A> rows;
    /** One each. */
    final double[] targets;

    Numbers(List<A> rows, double[] targets) {
      this.rows = rows;
      this.targets = targets;
    }
  }

  /**
   * Reads and checks a whole dataset whose targets are any numbers.
   *
   * @param width how many features are wanted, or 0 if any number will do
   */
  static <A> Numbers<A> numbers(Kernels<A> kernels, Dataset data, TrainingSpec spec, int width,
      String what) throws InterruptedException {
    features(data, spec.features(), width, what);
    double[] targets = new double[count(data, what)];
    TensorSpec target = target(data, spec.target(), what);
    A[] rows = rows(kernels, data, spec.features(), width, what,
        (chunk, from, size) -> readTargets(chunk.get(target.name()), target, targets, from, size,
            what));
    return new Numbers<>(List.of(rows), targets);
  }

  /** Reads what stands beside the features. */
  interface Beside {
    /**
     * @param chunk some rows
     * @param from the number of the first one
     * @param size how many they are
     */
    void read(Tensors chunk, int from, int size) throws InterruptedException;
  }

  /**
   * Reads and checks nothing but labels.
   *
   * @param classes how many labels there are
   * @param beside reads what else is wanted
   */
  static int[] labels(Dataset data, String column, int classes, String what, Beside beside)
      throws InterruptedException {
    TensorSpec target = target(data, column, what);
    Integer[] labels = new Integer[count(data, what)];
    for (int from = 0; from < labels.length; from += CHUNK_ROWS) {
      int size = Math.min(CHUNK_ROWS, labels.length - from);
      Tensors chunk = data.read(from, size);
      readLabels(chunk.get(target.name()), target, labels, from, size, classes, what);
      beside.read(chunk, from, size);
    }
    return java.util.Arrays.stream(labels).mapToInt(Integer::intValue).toArray();
  }

  /** Returns the arithmetic of a column: that of float64 if it is FP64, that of float32 otherwise. */
  static Kernels<?> kernels(Dataset data, String features) {
    return data.columns()
        .stream()
        .anyMatch(c -> c.name().equals(features) && c.dataType() == DataType.FP64)
            ? DoubleKernels.INSTANCE
            : FloatKernels.INSTANCE;
  }

  /** Returns how many features there are, of a dataset that was read. */
  static int width(Dataset data, String features) {
    return (int) data.columns()
        .stream()
        .filter(c -> c.name().equals(features))
        .findFirst()
        .orElseThrow()
        .shape()
        .length(0);
  }

  /**
   * Returns how many classes there are: as many as are wanted, or one more than the greatest label.
   *
   * @param wanted 0 if any number will do
   */
  int classes(int wanted, String target) {
    int classes = wanted == 0
        ? labels.stream().mapToInt(Integer::intValue).max().orElse(0) + 1
        : wanted;
    if (classes < 2) {
      throw new TrainingException("the training data: column '" + target
          + "' has no label but 0; expected at least two labels, or the hyper-parameter 'classes'");
    }
    return classes;
  }

  private static int count(Dataset data, String what) {
    if (data.rows() == 0 || data.rows() > Integer.MAX_VALUE - 8) {
      throw new TrainingException(
          what + " has " + data.rows() + " rows; expected 1 to " + (Integer.MAX_VALUE - 8));
    }
    return (int) data.rows();
  }

  private static TensorSpec target(Dataset data, String name, String what) {
    TensorSpec target = column(data, name, what);
    if (target.shape().rank() != 0
        && !(target.shape().rank() == 1 && target.shape().length(0) == 1)) {
      throw new TrainingException(
          what + ": column '" + target.name() + "' has rows of shape " + target.shape()
              + "; expected one number, [] or [1]");
    }
    return target;
  }

  /**
   * Reads and checks the features of a whole dataset.
   *
   * @param width how many are wanted, or 0 if any number will do
   * @param beside reads what else is wanted
   */
  static <A> A[] rows(Kernels<A> kernels, Dataset data, String column, int width, String what,
      Beside beside) throws InterruptedException {
    TensorSpec features = features(data, column, width, what);
    int count = count(data, what);
    A[] rows = kernels.matrix(count, (int) features.shape().length(0));
    for (int from = 0; from < count; from += CHUNK_ROWS) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while reading the " + what);
      }
      int size = Math.min(CHUNK_ROWS, count - from);
      Tensors chunk = data.read(from, size);
      readFeatures(kernels, chunk.get(features.name()), features, rows, from, size, what);
      beside.read(chunk, from, size);
    }
    return rows;
  }

  private static TensorSpec features(Dataset data, String column, int width, String what) {
    TensorSpec features = column(data, column, what);
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
    return features;
  }

  /** @throws TrainingException if there is no such column of numbers */
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

  private static void readTargets(Tensor tensor, TensorSpec spec, double[] targets, int from,
      int size, String what) {
    ByteBuffer data = checked(tensor, spec, size, what);
    for (int r = from; r < from + size; r++) {
      targets[r] = next(data, spec.dataType());
      if (!Double.isFinite(targets[r])) {
        throw new TrainingException(what + ": column '" + spec.name() + "', row " + r + " is "
            + targets[r] + "; expected a finite number");
      }
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

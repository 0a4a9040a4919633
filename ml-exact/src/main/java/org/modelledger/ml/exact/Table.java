package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.NumberColumn;
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
    NumberColumn target = NumberColumn.find(data, spec.target(), what).requireOneNumber();
    A[] rows = rows(kernels, data, spec.features(), width, what,
        (chunk, from, size) -> readLabels(target.numbers(chunk, size), labels, from, size,
            classes));
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
    NumberColumn target = NumberColumn.find(data, spec.target(), what).requireOneNumber();
    A[] rows = rows(kernels, data, spec.features(), width, what,
        (chunk, from, size) -> readTargets(target.numbers(chunk, size), spec.target(), targets,
            from, size, what));
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
    NumberColumn target = NumberColumn.find(data, column, what).requireOneNumber();
    Integer[] labels = new Integer[count(data, what)];
    for (int from = 0; from < labels.length; from += CHUNK_ROWS) {
      int size = Math.min(CHUNK_ROWS, labels.length - from);
      Tensors chunk = data.read(from, size);
      readLabels(target.numbers(chunk, size), labels, from, size, classes);
      beside.read(chunk, from, size);
    }
    return Arrays.stream(labels).mapToInt(Integer::intValue).toArray();
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

  /**
   * Reads and checks the features of a whole dataset.
   *
   * @param width how many are wanted, or 0 if any number will do
   * @param beside reads what else is wanted
   */
  static <A> A[] rows(Kernels<A> kernels, Dataset data, String column, int width, String what,
      Beside beside) throws InterruptedException {
    NumberColumn features = features(data, column, width, what);
    int count = count(data, what);
    A[] rows = kernels.matrix(count, (int) features.spec().shape().length(0));
    for (int from = 0; from < count; from += CHUNK_ROWS) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while reading the " + what);
      }
      int size = Math.min(CHUNK_ROWS, count - from);
      Tensors chunk = data.read(from, size);
      readFeatures(kernels, features.numbers(chunk, size), features.spec(), rows, from, size, what);
      beside.read(chunk, from, size);
    }
    return rows;
  }

  private static NumberColumn features(Dataset data, String name, int width, String what) {
    NumberColumn column = NumberColumn.find(data, name, what);
    TensorSpec features = column.spec();
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
    return column;
  }

  private static <A> void readFeatures(Kernels<A> kernels, NumberColumn.Numbers data,
      TensorSpec spec, A[] rows, int from, int size, String what) {
    int width = (int) spec.shape().length(0);
    for (int r = from; r < from + size; r++) {
      for (int j = 0; j < width; j++) {
        double value = data.next();
        kernels.set(rows[r], j, value);
        if (!Double.isFinite(kernels.get(rows[r], j))) {
          throw new TrainingException(
              what + ": column '" + spec.name() + "', row " + r + ", number " + j + " is "
                  + value + "; expected a number that is finite as " + kernels.dataType());
        }
      }
    }
  }

  private static void readLabels(NumberColumn.Numbers data, Integer[] labels, int from, int size,
      int classes) {
    int greatest = classes == 0 ? MAX_LABEL : classes - 1;
    for (int r = from; r < from + size; r++) {
      labels[r] = data.nextLabel(r, greatest);
    }
  }

  private static void readTargets(NumberColumn.Numbers data, String name, double[] targets,
      int from, int size, String what) {
    for (int r = from; r < from + size; r++) {
      targets[r] = data.next();
      if (!Double.isFinite(targets[r])) {
        throw new TrainingException(what + ": column '" + name + "', row " + r + " is "
            + targets[r] + "; expected a finite number");
      }
    }
  }
}

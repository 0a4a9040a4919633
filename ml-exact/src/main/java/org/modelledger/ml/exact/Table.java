package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
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
    NumberColumn featureColumn = NumberColumn.find(data, spec.features(), what);
    NumberColumn target = NumberColumn.find(data, spec.target(), what);
    TensorSpec features = featureColumn.spec();
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
    target.requireOneNumber();
    if (data.rows() == 0 || data.rows() > Integer.MAX_VALUE - 8) {
      throw new TrainingException(
          what + " has " + data.rows() + " rows; expected 1 to " + (Integer.MAX_VALUE - 8));
    }
    int count = (int) data.rows();
    A[] rows = kernels.matrix(count, length);
    Integer[] labels = new Integer[count];
    int greatestLabel = classes == 0 ? MAX_LABEL : classes - 1;
    for (int from = 0; from < count; from += CHUNK_ROWS) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while reading the " + what);
      }
      int size = Math.min(CHUNK_ROWS, count - from);
      Tensors chunk = data.read(from, size);
      readFeatures(kernels, featureColumn.numbers(chunk, size), features, rows, from, size, what);
      NumberColumn.Numbers targets = target.numbers(chunk, size);
      for (int r = from; r < from + size; r++) {
        labels[r] = targets.nextLabel(r, greatestLabel);
      }
    }
    return new Table<>(List.of(rows), List.of(labels));
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
}

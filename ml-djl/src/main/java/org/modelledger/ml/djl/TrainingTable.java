package org.modelledger.ml.djl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.training.Dataset;
import org.modelledger.training.NumberColumn;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/** Rows to learn from or to measure by: checked, and in memory. */
final class TrainingTable {
  private static final int CHUNK_ROWS = 4096;
  // whole numbers up to this are exact as float32
  private static final int MAX_TOKEN = 1 << 24;

  private final List<Integer> row;
  private final boolean tokens;
  private final float[] features;
  private final int[] labels;

  private TrainingTable(List<Integer> row, boolean tokens, float[] features, int[] labels) {
    this.row = List.copyOf(row);
    this.tokens = tokens;
    this.features = features;
    this.labels = labels;
  }

  /** Returns the shape of one row of features. */
  List<Integer> row() {
    return row;
  }

  /** Says whether rows are tokens. */
  boolean tokens() {
    return tokens;
  }

  /** Returns the features of all rows, themselves: float32, or whole numbers where rows are tokens. */
  float[] features() {
    return features;
  }

  /** Returns the labels, themselves: one for each row, from 0. */
  int[] labels() {
    return labels;
  }

  int size() {
    return labels.length;
  }

  int rowElements() {
    return features.length / labels.length;
  }

  int greatestLabel() {
    int greatest = 0;
    for (int label : labels) {
      greatest = Math.max(greatest, label);
    }
    return greatest;
  }

  /** Returns a digest of all that is learned from. */
  Digest digest() {
    MessageDigest digest = Digest.sha256();
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (float feature : features) {
      room(chunk, digest).putFloat(feature);
    }
    for (int label : labels) {
      room(chunk, digest).putInt(label);
    }
    digest.update(chunk.flip());
    return Digest.of(digest.digest());
  }

  private static ByteBuffer room(ByteBuffer chunk, MessageDigest digest) {
    if (!chunk.hasRemaining()) {
      digest.update(chunk.flip());
      chunk.clear();
    }
    return chunk;
  }

  /**
   * Reads and checks a whole dataset.
   *
   * @param vocabulary how many tokens there are, or 0 if rows are numbers
   * @param like the rows that these must look like; nothing if any will do
   * @param classes how many labels there are, or 0 if any number will do
   * @param what the data is, for messages
   */
  static TrainingTable read(Dataset data, TrainingSpec spec, int vocabulary, List<Integer> like,
      int classes, String what) throws InterruptedException {
    NumberColumn featureColumn = NumberColumn.find(data, spec.features(), what);
    NumberColumn target = NumberColumn.find(data, spec.target(), what);
    TensorSpec features = featureColumn.spec();
    List<Integer> row = row(features, what);
    if (!like.isEmpty() && !row.equals(like)) {
      throw new TrainingException(what + ": column '" + features.name() + "' has rows of shape "
          + features.shape() + "; the training data has " + like);
    }
    target.requireOneNumber();
    long width = features.shape().elements();
    if (data.rows() == 0 || data.rows() > (Integer.MAX_VALUE - 8) / width) {
      throw new TrainingException(what + " has " + data.rows() + " rows; expected 1 to "
          + (Integer.MAX_VALUE - 8) / width);
    }
    int count = (int) data.rows();
    float[] numbers = new float[Math.toIntExact(count * width)];
    int[] labels = new int[count];
    int greatestLabel = (classes == 0 ? Architecture.MAX_CLASSES : classes) - 1;
    for (int from = 0; from < count; from += CHUNK_ROWS) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while reading " + what);
      }
      int size = Math.min(CHUNK_ROWS, count - from);
      Tensors chunk = data.read(from, size);
      readFeatures(featureColumn.numbers(chunk, size), features, vocabulary, numbers, from, size,
          what);
      NumberColumn.Numbers targets = target.numbers(chunk, size);
      for (int r = from; r < from + size; r++) {
        labels[r] = targets.nextLabel(r, greatestLabel);
      }
    }
    return new TrainingTable(row, vocabulary > 0, numbers, labels);
  }

  private static List<Integer> row(TensorSpec features, String what) {
    List<Integer> row = new ArrayList<>();
    long elements = 1;
    for (long length : features.shape().lengths()) {
      elements = length < 1 || length > Integer.MAX_VALUE || elements > Integer.MAX_VALUE / length
          ? 0
          : elements * length;
      row.add((int) Math.min(length, Integer.MAX_VALUE));
    }
    if (row.isEmpty() || elements == 0) {
      throw new TrainingException(what + ": column '" + features.name() + "' has rows of shape "
          + features.shape() + "; expected at least one dimension, each of at least 1, and at most "
          + Integer.MAX_VALUE + " numbers");
    }
    return row;
  }

  private static void readFeatures(NumberColumn.Numbers data, TensorSpec spec, int vocabulary,
      float[] numbers, int from, int size, String what) {
    int width = (int) spec.shape().elements();
    for (int i = from * width; i < (from + size) * width; i++) {
      double value = data.next();
      numbers[i] = (float) value;
      if (!Float.isFinite(numbers[i])) {
        throw new TrainingException(what + ": column '" + spec.name() + "', row " + i / width
            + ", number " + i % width + " is " + value
            + "; expected a number that is finite as FP32");
      }
      int limit = Math.min(vocabulary, MAX_TOKEN);
      if (vocabulary > 0 && !(value >= 0 && value < limit && value == Math.rint(value))) {
        throw new TrainingException(what + ": column '" + spec.name() + "', row " + i / width
            + ", number " + i % width + " is " + value + "; expected a token from 0 to "
            + (limit - 1));
      }
    }
  }
}

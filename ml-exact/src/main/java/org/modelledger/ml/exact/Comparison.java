package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.modelledger.inference.DataType;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFormatException;
import org.modelledger.training.Dataset;
import org.modelledger.training.NumberColumn;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/** Runs a model in floating point and its twin in whole numbers on the same rows, and says how good they are. */
final class Comparison {
  private static final int CHUNK_ROWS = 1024;
  private static final String WHAT = "the measured data";

  /** A model in whole numbers. */
  interface Twin {
    /** Returns how many classes there are, or 0 if it predicts numbers. */
    int classes();

    /** Returns the scores of a row. */
    int[] run(double[] row);

    /** Returns the class that scores say. */
    int label(int[] scores);

    /** Returns what scores stand for: the prediction, or what the other model's scores are. */
    double[] meaning(int[] scores);
  }

  private final Twin twin;
  private final int rows;
  private final int classes;
  /** By row: what is the case, and what the two say: label, and score of the second class or prediction. */
  private final double[] targets;
  private final int[][] labels;
  private final double[][] scores;
  private double greatestDifference;

  private Comparison(Twin twin, int rows) {
    this.twin = twin;
    this.rows = rows;
    this.classes = twin.classes();
    this.targets = new double[rows];
    this.labels = new int[2][rows];
    this.scores = new double[2][rows];
  }

  /**
   * Compares the two.
   *
   * @param missing whether NaN may be among the features
   * @throws ModelFormatException if the original's facts do not say what it was to predict
   * @throws TrainingException if the dataset does not fit the model: names column and row
   */
  static IntegerLoss of(TrainedModel original, Twin twin, boolean missing, Dataset data)
      throws InterruptedException {
    TrainingSpec spec = spec(original);
    if (data.rows() == 0 || data.rows() > Integer.MAX_VALUE - 8) {
      throw new TrainingException(WHAT + " has " + data.rows() + " rows; expected 1 to "
          + (Integer.MAX_VALUE - 8));
    }
    NumberColumn target = NumberColumn.find(data, spec.target(), WHAT).requireOneNumber();
    Comparison comparison = new Comparison(twin, (int) data.rows());
    try (ExactInferenceEngine engine = new ExactInferenceEngine();
        LoadedModel model = engine.load(original.files())) {
      NumberColumn features = features(data, model.inputs().getFirst().name(),
          width(model.inputs().getFirst()), WHAT);
      for (int from = 0; from < comparison.rows; from += CHUNK_ROWS) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted before row " + from);
        }
        int size = Math.min(CHUNK_ROWS, comparison.rows - from);
        Tensors chunk = data.read(from, size);
        NumberColumn.Numbers answers = target.numbers(chunk, size);
        for (int r = from; r < from + size; r++) {
          comparison.targets[r] = comparison.classes == 0
              ? finite(answers.next(), spec.target(), r)
              : answers.nextLabel(r, comparison.classes - 1);
        }
        comparison.compare(model, features.numbers(chunk, size), from, size, missing);
      }
    }
    return comparison.loss();
  }

  private static double finite(double target, String name, int row) {
    if (!Double.isFinite(target)) {
      throw new TrainingException(WHAT + ": column '" + name + "', row " + row + " is " + target
          + "; expected a finite number");
    }
    return target;
  }

  static TrainingSpec spec(TrainedModel trained) {
    return trained.facts()
        .spec()
        .orElseThrow(() -> new ModelFormatException(
            "the model's facts do not say what was trained; expected a model as a trainer leaves it"));
  }

  private static NumberColumn features(Dataset data, String name, long width, String what) {
    NumberColumn column = NumberColumn.find(data, name, what);
    Shape row = column.spec().shape();
    if (!row.isFixed() || row.elements() != width) {
      throw new TrainingException(what + ": column '" + name + "' has rows of shape " + row
          + "; the model takes " + width + " numbers");
    }
    return column;
  }

  /**
   * Reads rows of any shape.
   *
   * @param width how many numbers they have
   * @throws TrainingException if there are none, or the data do not fit: names column and row
   */
  static List<double[]> rows(Dataset data, String name, int width, String what)
      throws InterruptedException {
    NumberColumn column = features(data, name, width, what);
    if (data.rows() == 0) {
      throw new TrainingException(what + " has 0 rows; expected at least 1");
    }
    List<double[]> rows = new ArrayList<>();
    for (long from = 0; from < data.rows(); from += CHUNK_ROWS) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted before row " + from);
      }
      int size = (int) Math.min(CHUNK_ROWS, data.rows() - from);
      NumberColumn.Numbers numbers = column.numbers(data.read(from, size), size);
      for (int r = 0; r < size; r++) {
        double[] row = new double[width];
        for (int i = 0; i < width; i++) {
          row[i] = numbers.next();
          if (!Double.isFinite(row[i])) {
            throw new TrainingException(what + ": column '" + name + "', row " + (from + r)
                + ", number " + i + " is " + row[i] + "; expected a finite number");
          }
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static long width(TensorSpec input) {
    long width = 1;
    for (int i = 1; i < input.shape().rank(); i++) {
      width *= input.shape().length(i);
    }
    return width;
  }

  private void compare(LoadedModel model, NumberColumn.Numbers numbers, int from, int size,
      boolean missing) throws InterruptedException {
    TensorSpec input = model.inputs().getFirst();
    int width = (int) width(input);
    boolean float64 = input.dataType() == DataType.FP64;
    double[] flat = new double[Math.multiplyExact(size, width)];
    float[] floats = new float[float64 ? 0 : flat.length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = numbers.next();
      if (!float64) {
        floats[i] = (float) flat[i];
        flat[i] = floats[i];
      }
      if (!Double.isFinite(flat[i]) && !(missing && Double.isNaN(flat[i]))) {
        throw new TrainingException(WHAT + ": column '" + input.name() + "', row "
            + (from + i / width) + ", number " + i % width + " is " + flat[i]
            + "; expected a number that is finite as " + input.dataType()
            + (missing ? ", or NaN where it is missing" : ""));
      }
    }
    long[] lengths = input.shape().lengths();
    lengths[0] = size;
    Tensors outputs = model.run(Tensors.of(input.name(),
        float64 ? Tensor.of(flat, lengths) : Tensor.of(floats, lengths)));
    double[] said = numbers(
        outputs.get(classes == 0 ? TreeGraph.PREDICTION : ClassifierGraph.SCORES));
    long[] byFloat = classes == 0 ? new long[0] : outputs.get(ClassifierGraph.LABEL).toLongs();
    int each = said.length / size;
    for (int r = 0; r < size; r++) {
      int[] score = twin.run(Arrays.copyOfRange(flat, r * width, (r + 1) * width));
      double[] means = twin.meaning(score);
      for (int k = 0; k < each; k++) {
        greatestDifference = Math.max(greatestDifference,
            Math.abs(said[r * each + k] - means[k]));
      }
      // of two classes the second one's; in whole numbers as they are, which no function can make equal
      scores[0][from + r] = said[r * each + each - 1];
      scores[1][from + r] = classes == 0 ? means[0] : score[score.length - 1] - before(score);
      if (classes > 0) {
        labels[0][from + r] = (int) byFloat[r];
        labels[1][from + r] = twin.label(score);
      }
    }
  }

  /** What the second of two classes is ahead of. */
  private static double before(int[] score) {
    return score.length == 2 ? score[0] : 0;
  }

  private static double[] numbers(Tensor tensor) {
    if (tensor.dataType() == DataType.FP64) {
      return tensor.toDoubles();
    }
    float[] floats = tensor.toFloats();
    double[] numbers = new double[floats.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = floats[i];
    }
    return numbers;
  }

  private IntegerLoss loss() {
    int equal = 0;
    for (int r = 0; r < rows; r++) {
      equal += labels[0][r] == labels[1][r] ? 1 : 0;
    }
    return new IntegerLoss(rows, quality(0), quality(1),
        classes == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) equal / rows),
        greatestDifference);
  }

  private IntegerLoss.Quality quality(int of) {
    if (classes == 0) {
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        double distance = scores[of][r] - targets[r];
        sum += distance * distance;
      }
      return new IntegerLoss.Quality(OptionalDouble.empty(), OptionalDouble.empty(),
          OptionalDouble.of(Math.sqrt(sum / rows)));
    }
    int right = 0;
    for (int r = 0; r < rows; r++) {
      right += labels[of][r] == targets[r] ? 1 : 0;
    }
    return new IntegerLoss.Quality(OptionalDouble.of((double) right / rows),
        classes == 2 ? auc(scores[of], targets) : OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** The share of the pairs of a row of the second class and one of the first that are in order; equal ones count half. */
  static OptionalDouble auc(double[] scores, double[] labels) {
    double[] first = select(scores, labels, 0);
    double[] second = select(scores, labels, 1);
    if (first.length == 0 || second.length == 0) {
      return OptionalDouble.empty();
    }
    Arrays.sort(first);
    Arrays.sort(second);
    long halves = 0;
    int below = 0;
    int upTo = 0;
    for (double score : second) {
      while (below < first.length && first[below] < score) {
        below++;
      }
      while (upTo < first.length && first[upTo] <= score) {
        upTo++;
      }
      halves += (long) below + upTo;
    }
    return OptionalDouble.of(halves / (2.0 * first.length * second.length));
  }

  private static double[] select(double[] scores, double[] labels, double label) {
    double[] some = new double[scores.length];
    int count = 0;
    for (int r = 0; r < scores.length; r++) {
      if (labels[r] == label) {
        some[count++] = scores[r];
      }
    }
    return Arrays.copyOf(some, count);
  }
}

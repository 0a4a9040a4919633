package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.training.Dataset;
import org.modelledger.training.NumberColumn;
import org.modelledger.training.TrainingException;

/** What a classifier says about rows, and what they are. */
final class Scores {
  /** Of the scores in the graph. */
  final DataType type;
  /** From 0 to 1, by row, then class. */
  final double[][] scores;
  /** One for each row. */
  final int[] labels;

  Scores(DataType type, double[][] scores, int[] labels) {
    this.type = type;
    this.scores = scores;
    this.labels = labels;
  }

  /**
   * Runs a classifier.
   *
   * @param what the data are, for messages
   * @throws ModelFormatException if the model does not yield {@code scores} [N, classes]
   * @throws TrainingException if the data do not fit, or a score is no probability
   */
  static Scores of(ModelFiles files, Dataset data, String target, String what)
      throws InterruptedException {
    try (InferenceEngine engine = new ExactInferenceEngine();
        LoadedModel model = engine.load(files)) {
      TensorSpec output = model.outputs()
          .stream()
          .filter(spec -> spec.name().equals(ClassifierGraph.SCORES))
          .filter(spec -> Slot.isFloat(spec.dataType()) && spec.shape().rank() == 2
              && spec.shape().length(1) >= 2)
          .findFirst()
          .orElseThrow(() -> new ModelFormatException("the model yields " + model.outputs()
              + "; expected '" + ClassifierGraph.SCORES
              + "' with a column for each of its classes"));
      List<TensorSpec> inputs = model.inputs();
      List<NumberColumn> columns = inputs.stream()
          .map(input -> NumberColumn.find(data, input.name(), what))
          .toList();
      int classes = Math.toIntExact(output.shape().length(1));
      double[][] scores = new double[Math.toIntExact(data.rows())][];
      int[] labels = Table.labels(data, target, classes, what, (chunk, from, size) -> {
        Map<String, Tensor> rows = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
          TensorSpec input = inputs.get(i);
          rows.put(input.name(), converted(columns.get(i), chunk, size, input.dataType()));
        }
        read(run(model, Tensors.of(rows), what), scores, from, what);
      });
      return new Scores(output.dataType(), scores, labels);
    }
  }

  private static Tensor run(LoadedModel model, Tensors rows, String what)
      throws InterruptedException {
    try {
      return model.run(rows).get(ClassifierGraph.SCORES);
    } catch (IllegalArgumentException e) {
      throw new TrainingException(what + ": " + e.getMessage(), e);
    }
  }

  private static void read(Tensor tensor, double[][] scores, int from, String what) {
    int classes = Math.toIntExact(tensor.shape().length(1));
    ByteBuffer data = tensor.data();
    for (int r = from; r < from + tensor.shape().length(0); r++) {
      scores[r] = new double[classes];
      for (int k = 0; k < classes; k++) {
        double score = tensor.dataType() == DataType.FP64 ? data.getDouble() : data.getFloat();
        if (!(score >= 0 && score <= 1)) {
          throw new TrainingException(what + ": the model's score of class " + k + " in row " + r
              + " is " + score + "; expected a probability from 0 to 1");
        }
        scores[r][k] = score;
      }
    }
  }

  /** Numbers as the model takes them; what is none is left to the model to refuse. */
  private static Tensor converted(NumberColumn column, Tensors chunk, int size, DataType type) {
    Tensor tensor = chunk.get(column.spec().name());
    if (tensor.dataType() == type || !Slot.isFloat(type)) {
      return tensor;
    }
    return converted(Slot.kernels(type), tensor, column.numbers(chunk, size));
  }

  private static <A> Tensor converted(Kernels<A> kernels, Tensor tensor,
      NumberColumn.Numbers from) {
    int count = Math.toIntExact(tensor.shape().elements());
    A numbers = kernels.vector(count);
    for (int i = 0; i < count; i++) {
      kernels.set(numbers, i, from.next());
    }
    ByteBuffer into = ByteBuffer.allocate(Math.multiplyExact(count, kernels.dataType().size()))
        .order(ByteOrder.LITTLE_ENDIAN);
    kernels.write(numbers, into);
    return Tensor.wrap(kernels.dataType(), tensor.shape(), into.flip());
  }

  int classes() {
    return scores[0].length;
  }

  /** Returns the scores of a class. */
  double[] of(int label) {
    double[] column = new double[scores.length];
    for (int r = 0; r < column.length; r++) {
      column[r] = scores[r][label];
    }
    return column;
  }

  /** Says which rows are of a class. */
  boolean[] are(int label) {
    boolean[] are = new boolean[labels.length];
    for (int r = 0; r < are.length; r++) {
      are[r] = labels[r] == label;
    }
    return are;
  }
}

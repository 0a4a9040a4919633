package org.modelledger.ml.djl;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingException;

/**
 * Takes what the trainer made to runtimes that read ONNX: {@code mlp}, {@code cnn} and {@code resnet}, with the same names, types and
 * shapes. The engine {@code exact} has the operators of {@code mlp} (but for {@code gelu}).
 *
 * <p>The numbers are the same, the arithmetic is another runtime's. How far the results differ is measured, and stands in the lineage.
 */
public final class OnnxExport {
  /** The name of the file. */
  public static final String FILE = "model.onnx";
  /** The metric: the greatest difference between two probabilities of one row, absolute. */
  public static final String MAX_DIFFERENCE = "export.maxDifference";
  /** The metric: the share of rows that both give the same label. */
  public static final String SAME_LABELS = "export.sameLabels";
  /** The metric: how many rows were compared. */
  public static final String ROWS = "export.rows";
  /** In the lineage's environment: what the model was trained with. */
  public static final String SOURCE = "export.source";
  /** In the lineage's environment: what it was compared on. */
  public static final String TARGET = "export.target";

  private static final int CHUNK_ROWS = 256;

  private OnnxExport() {}

  /**
   * Returns a trained model as a graph: operator set 17, one input, the outputs {@code scores} and {@code label}.
   *
   * @param trained files that the trainer {@code pytorch} made
   * @throws org.modelledger.model.ModelFormatException if they are not, or are of a transformer or a TorchScript module
   */
  public static OnnxModel graph(ModelFiles trained) {
    return OnnxGraph.of(TrainedNetwork.read(trained));
  }

  /** Returns a trained model as the file {@value #FILE}; see {@link #graph}. */
  public static ModelFiles files(ModelFiles trained) {
    return ModelFiles.of(Map.of(FILE, OnnxWriter.write(graph(trained))));
  }

  /**
   * Returns a trained model for another runtime, with the same facts. The greatest difference of its results on these rows becomes the
   * metric {@value #MAX_DIFFERENCE}.
   *
   * @param source an engine {@code pytorch}
   * @param target an engine that runs ONNX
   * @param rows to compare on, such as the validation rows, with the features' column
   * @param tolerance how much two probabilities of one row may differ, absolute, from 0
   * @throws TrainingException if they differ by more, or the rows do not fit; names the row
   * @throws org.modelledger.model.ModelFormatException if the model cannot be exported, or the target lacks an operator
   */
  public static TrainedModel export(TrainedModel trained, InferenceEngine source,
      InferenceEngine target, Dataset rows, double tolerance) throws InterruptedException {
    ModelFiles files = files(trained.files());
    if (rows.rows() == 0) {
      throw new TrainingException("there are no rows to compare on; expected at least 1");
    }
    double greatest = 0;
    long same = 0;
    try (LoadedModel here = source.load(trained.files()); LoadedModel there = target.load(files)) {
      String features = here.inputs().getFirst().name();
      for (long from = 0; from < rows.rows(); from += CHUNK_ROWS) {
        int count = (int) Math.min(CHUNK_ROWS, rows.rows() - from);
        Tensors inputs = Tensors.of(features,
            asFloats(rows.read(from, count).get(features), features));
        Tensors expected = here.run(inputs);
        Tensors actual = there.run(inputs);
        greatest = Math.max(greatest, difference(expected, actual, from, tolerance));
        same += sameLabels(expected, actual);
      }
    }
    SortedMap<String, Double> metrics = new TreeMap<>(trained.metrics());
    metrics.put(MAX_DIFFERENCE, greatest);
    metrics.put(SAME_LABELS, (double) same / rows.rows());
    metrics.put(ROWS, (double) rows.rows());
    SortedMap<String, String> environment = new TreeMap<>(trained.facts().environment());
    environment.put(SOURCE, source.info().name() + " " + source.info().version());
    environment.put(TARGET, target.info().name() + " " + target.info().version());
    LineageFacts facts = trained.facts().toBuilder().environment(environment).build();
    return new TrainedModel(files, metrics, facts);
  }

  private static Tensor asFloats(Tensor tensor, String features) {
    return switch (tensor.dataType()) {
      case FP32 -> tensor;
      case FP64 -> {
        double[] doubles = tensor.toDoubles();
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) doubles[i];
        }
        yield Tensor.of(floats, tensor.shape().lengths());
      }
      default -> throw new TrainingException("column '" + features + "' has type "
          + tensor.dataType() + "; expected " + DataType.FP32 + " or " + DataType.FP64);
    };
  }

  private static double difference(Tensors expected, Tensors actual, long from, double tolerance) {
    float[] a = expected.get(TrainedNetwork.SCORES).toFloats();
    float[] b = actual.get(TrainedNetwork.SCORES).toFloats();
    int classes = (int) expected.get(TrainedNetwork.SCORES).shape().length(1);
    double greatest = 0;
    for (int i = 0; i < a.length; i++) {
      double distance = Math.abs((double) a[i] - b[i]);
      if (!(distance <= tolerance)) {
        throw new TrainingException("row " + (from + i / classes) + ": the probability of class "
            + i % classes + " is " + a[i] + " here and " + b[i]
            + " in the exported graph; expected a difference of at most " + tolerance);
      }
      greatest = Math.max(greatest, distance);
    }
    return greatest;
  }

  private static long sameLabels(Tensors expected, Tensors actual) {
    long[] a = expected.get(TrainedNetwork.LABEL).toLongs();
    long[] b = actual.get(TrainedNetwork.LABEL).toLongs();
    long same = 0;
    for (int i = 0; i < a.length; i++) {
      same += a[i] == b[i] ? 1 : 0;
    }
    return same;
  }
}

package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.Objects;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.training.TrainedModel;

/** The numbers in the graph of a linear or logistic regression. */
final class LinearModel {
  /** By feature, then output. */
  final double[][] weights;
  final double[] intercepts;
  final double[] mean;
  final double[] deviation;

  LinearModel(double[][] weights, double[] intercepts, double[] mean, double[] deviation) {
    this.weights = weights;
    this.intercepts = intercepts;
    this.mean = mean;
    this.deviation = deviation;
  }

  static LinearModel of(TrainedModel model) {
    OnnxModel graph = OnnxReader.read(model.files().read("model.onnx"));
    double[] intercepts = numbers(graph, "layer1/bias");
    double[] flat = numbers(graph, "layer1/weight");
    double[][] weights = new double[flat.length / intercepts.length][intercepts.length];
    for (int i = 0; i < flat.length; i++) {
      weights[i / intercepts.length][i % intercepts.length] = flat[i];
    }
    boolean standardized = graph.initializers().containsKey("net/mean");
    double[] mean = new double[weights.length];
    double[] deviation = new double[weights.length];
    Arrays.fill(deviation, 1);
    return new LinearModel(weights, intercepts, standardized ? numbers(graph, "mean") : mean,
        standardized ? numbers(graph, "deviation") : deviation);
  }

  private static double[] numbers(OnnxModel graph, String name) {
    OnnxTensor tensor = Objects.requireNonNull(graph.initializers().get("net/" + name), name);
    if (tensor.type() == OnnxDataType.DOUBLE) {
      return tensor.toDoubles();
    }
    float[] floats = tensor.toFloats();
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  /** Returns a feature as the weights meet it. */
  double feature(double[] row, int j) {
    return (row[j] - mean[j]) / deviation[j];
  }

  double sum(double[] row, int output) {
    double sum = intercepts[output];
    for (int j = 0; j < row.length; j++) {
      sum += weights[j][output] * feature(row, j);
    }
    return sum;
  }
}

package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/**
 * What {@link ClassifierGraph} wrote, read again: layers with ReLU between them that take the raw rows, as
 * far as numbers go: what is done to a row before the first layer is folded into that.
 *
 * @param input what the input is called
 * @param layers from the input on
 */
record TrainedClassifier(String input, List<Layer> layers) {

  /** One layer. */
  static final class Layer {
    /** By input, then output. */
    final double[][] weights;
    final double[] biases;

    Layer(double[][] weights, double[] biases) {
      this.weights = weights;
      this.biases = biases;
    }

    /** Returns the sums; the biases and then the products in the order of the inputs. */
    double[] sums(double[] values) {
      double[] sums = biases.clone();
      for (int i = 0; i < values.length; i++) {
        double[] row = weights[i];
        for (int j = 0; j < sums.length; j++) {
          sums[j] += row[j] * values[i];
        }
      }
      return sums;
    }
  }

  /** @throws ModelFormatException if the model is not a softmax regression or an MLP with ReLU of ours */
  static TrainedClassifier read(ModelFiles files) {
    if (!files.names().contains(ExactNumerics.MODEL_FILE)) {
      throw new ModelFormatException("the model has the files " + files.names() + "; expected "
          + ExactNumerics.MODEL_FILE);
    }
    OnnxModel graph = OnnxReader.read(files.read(ExactNumerics.MODEL_FILE));
    if (!graph.producerName().equals(ClassifierGraph.PRODUCER)) {
      throw new ModelFormatException("the graph was produced by '" + graph.producerName()
          + "'; expected '" + ClassifierGraph.PRODUCER + "'");
    }
    List<String> outputs = graph.outputs().stream().map(OnnxValue::name).toList();
    if (!outputs.contains(ClassifierGraph.LABEL)) {
      throw new ModelFormatException("the graph yields " + outputs + "; expected '"
          + ClassifierGraph.LABEL + "' among them");
    }
    if (graph.initializers().keySet().stream().anyMatch(CalibratedGraph::isOf)) {
      throw new ModelFormatException("the graph ends in a calibration, which an integer network"
          + " has no room for; expected the model before it");
    }
    if (graph.nodes().stream().anyMatch(node -> node.operator().equals("Conv"))) {
      throw new ModelFormatException(
          "the graph has convolutions; an integer network has dense layers alone");
    }
    if (graph.nodes().stream().anyMatch(node -> node.operator().equals("Tanh"))) {
      throw new ModelFormatException(
          "the graph has Tanh between its layers; an integer network has Relu");
    }
    List<Layer> layers = new ArrayList<>();
    for (int l = 1; tensor(graph, "layer" + l + "/weight").isPresent(); l++) {
      OnnxTensor weights = tensor(graph, "layer" + l + "/weight").orElseThrow();
      layers.add(new Layer(rows(weights), numbers(graph, "layer" + l + "/bias").orElseThrow()));
    }
    if (layers.isEmpty()) {
      throw new ModelFormatException("the graph has no layers");
    }
    fold(graph, layers.getFirst());
    return new TrainedClassifier(graph.inputs().getFirst().name(), layers);
  }

  /** (x - mean) / deviation * scale, and then the layer, is a layer. */
  private static void fold(OnnxModel graph, Layer first) {
    Optional<double[]> mean = numbers(graph, "mean");
    Optional<double[]> deviation = numbers(graph, "deviation");
    double scale = numbers(graph, "scale").map(numbers -> numbers[0]).orElse(1.0);
    for (int i = 0; i < first.weights.length; i++) {
      double factor = deviation.isPresent() ? scale / deviation.get()[i] : scale;
      for (int j = 0; j < first.biases.length; j++) {
        first.weights[i][j] *= factor;
        if (mean.isPresent()) {
          first.biases[j] -= first.weights[i][j] * mean.get()[i];
        }
      }
    }
  }

  private static Optional<OnnxTensor> tensor(OnnxModel graph, String name) {
    return Optional.ofNullable(graph.initializers().get(ClassifierGraph.INSIDE + name));
  }

  private static Optional<double[]> numbers(OnnxModel graph, String name) {
    return tensor(graph, name).map(TrainedClassifier::numbers);
  }

  private static double[] numbers(OnnxTensor tensor) {
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

  private static double[][] rows(OnnxTensor tensor) {
    double[] flat = numbers(tensor);
    int inputs = Math.toIntExact(tensor.shape().get(0));
    int outputs = flat.length / inputs;
    double[][] rows = new double[inputs][outputs];
    for (int i = 0; i < inputs; i++) {
      System.arraycopy(flat, i * outputs, rows[i], 0, outputs);
    }
    return rows;
  }
}

package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
 * What {@link ClassifierGraph} wrote, read again: perhaps stages of convolutions, and layers, with ReLU after each but
 * the last.
 *
 * @param input what the input is called
 * @param before what is done to a row first; without stages that is folded into the first layer, and nothing is left
 * @param stages from the input on, a layer from what a window sees to the filters
 * @param shapes of the stages
 * @param layers the dense ones
 */
record TrainedClassifier(String input, Before before, List<Layer> stages, List<Stage> shapes,
    List<Layer> layers) {

  /** (x - mean) / deviation * scale. */
  static final class Before {
    /** Of each input, or none at all. */
    final Optional<double[]> mean;
    /** Likewise. */
    final Optional<double[]> deviation;
    final double scale;

    Before(Optional<double[]> mean, Optional<double[]> deviation, double scale) {
      this.mean = mean;
      this.deviation = deviation;
      this.scale = scale;
    }

    double mean(int input) {
      return mean.isPresent() ? mean.get()[input] : 0;
    }

    double deviation(int input) {
      return deviation.isPresent() ? deviation.get()[input] : 1;
    }

    /** Returns whether all inputs are treated alike. */
    boolean isOne() {
      return mean.isEmpty() && deviation.isEmpty();
    }

    double of(int input, double x) {
      return (x - mean(input)) / deviation(input) * scale;
    }
  }

  /** Returns how many numbers a row has. */
  int inputs() {
    return shapes.isEmpty()
        ? layers.getFirst().weights.length
        : shapes.getFirst().channels() * shapes.getFirst().area();
  }

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

    /**
     * Returns what a stage makes of an image, before ReLU, which the greatest of two by two may come before as well as
     * after.
     */
    double[] filtered(Stage stage, double[] image) {
      double[] made = new double[stage.filters() * stage.outArea()];
      Arrays.fill(made, Double.NEGATIVE_INFINITY);
      double[] window = new double[stage.products()];
      for (int y = 0; y < stage.height(); y++) {
        for (int x = 0; x < stage.width(); x++) {
          int row = stage.pools() ? y / 2 : y;
          int column = stage.pools() ? x / 2 : x;
          if (row < stage.outHeight() && column < stage.outWidth()) {
            see(stage, image, y, x, window);
            double[] sums = sums(window);
            for (int m = 0; m < sums.length; m++) {
              int at = (m * stage.outHeight() + row) * stage.outWidth() + column;
              made[at] = Math.max(made[at], sums[m]);
            }
          }
        }
      }
      return made;
    }

    private static void see(Stage stage, double[] image, int y, int x, double[] window) {
      int kernel = stage.kernel();
      for (int k = 0; k < window.length; k++) {
        int row = y + k / kernel % kernel - kernel / 2;
        int column = x + k % kernel - kernel / 2;
        boolean inside = row >= 0 && row < stage.height() && column >= 0
            && column < stage.width();
        window[k] = inside
            ? image[(k / kernel / kernel * stage.height() + row) * stage.width() + column]
            : 0;
      }
    }
  }

  /** @throws ModelFormatException if the model is not a softmax regression, an MLP or a CNN with ReLU of ours */
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
    Before before = new Before(numbers(graph, "mean"), numbers(graph, "deviation"),
        numbers(graph, "scale").map(numbers -> numbers[0]).orElse(1.0));
    String input = graph.inputs().getFirst().name();
    if (tensor(graph, "shape").isEmpty()) {
      fold(before, layers.getFirst());
      return new TrainedClassifier(input, new Before(Optional.empty(), Optional.empty(), 1),
          List.of(), List.of(), layers);
    }
    List<Layer> stages = new ArrayList<>();
    List<Stage> shapes = new ArrayList<>();
    ByteBuffer image = tensor(graph, "shape").orElseThrow().data();
    Stage shape = new Stage((int) image.getLong(Long.BYTES), (int) image.getLong(2 * Long.BYTES),
        (int) image.getLong(3 * Long.BYTES), 0, 0);
    for (int s = 1; tensor(graph, "stage" + s + "/weight").isPresent(); s++) {
      OnnxTensor weights = tensor(graph, "stage" + s + "/weight").orElseThrow();
      double[] biases = numbers(graph, "stage" + s + "/bias").orElseThrow();
      stages.add(new Layer(columns(weights, biases.length), biases));
      shape = new Stage(s == 1 ? shape.channels() : shape.filters(),
          s == 1 ? shape.height() : shape.outHeight(), s == 1 ? shape.width() : shape.outWidth(),
          biases.length, Math.toIntExact(weights.shape().get(2)));
      shapes.add(shape);
    }
    return new TrainedClassifier(input, before, stages, shapes, layers);
  }

  /** (x - mean) / deviation * scale, and then the layer, is a layer. */
  private static void fold(Before before, Layer first) {
    for (int i = 0; i < first.weights.length; i++) {
      double factor = before.deviation.isPresent()
          ? before.scale / before.deviation.get()[i]
          : before.scale;
      for (int j = 0; j < first.biases.length; j++) {
        first.weights[i][j] *= factor;
        if (before.mean.isPresent()) {
          first.biases[j] -= first.weights[i][j] * before.mean.get()[i];
        }
      }
    }
  }

  /** Filters by row as they are, by what a window sees, then filter. */
  private static double[][] columns(OnnxTensor tensor, int filters) {
    double[] flat = numbers(tensor);
    double[][] columns = new double[flat.length / filters][filters];
    for (int i = 0; i < flat.length; i++) {
      columns[i % columns.length][i / columns.length] = flat[i];
    }
    return columns;
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

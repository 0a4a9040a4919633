package org.modelledger.ml.exact;

import java.util.Objects;
import java.util.Optional;
import org.modelledger.ml.exact.Operators.Node;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;

/** The coefficients and intercepts of a linear operator. */
final class LinearScores {
  /** {@code [output][feature]}. */
  private final double[][] coefficients;
  private final double[] intercepts;

  private LinearScores(double[][] coefficients, double[] intercepts) {
    this.coefficients = coefficients;
    this.intercepts = intercepts;
  }

  int features() {
    return coefficients[0].length;
  }

  /** coefficient · (value - mean); the base is the score of the means. */
  Explanation explain(double[] row, double[] mean) {
    double[] base = intercepts.clone();
    double[][] contributions = new double[base.length][row.length];
    for (int c = 0; c < base.length; c++) {
      for (int j = 0; j < row.length; j++) {
        base[c] += coefficients[c][j] * mean[j];
        contributions[c][j] = coefficients[c][j] * (row[j] - mean[j]);
      }
    }
    return new Explanation(base, contributions, row);
  }

  static LinearScores of(OnnxModel onnx, int index) {
    Node node = new Node(onnx.nodes().get(index), index);
    return switch (node.onnx().operator()) {
      case "Gemm" -> gemm(onnx, node);
      case "MatMul" -> matMul(onnx, node);
      default -> {
        float[] intercepts = node.floats("intercepts");
        int outputs = intercepts.length > 0
            ? intercepts.length
            : node.onnx().operator().equals("LinearRegressor")
                ? MlLinear.targets(node)
                : ClassLabels.of(node, "classlabels_ints").count();
        MlLinear.Model model = MlLinear.Model.of(node, outputs, intercepts);
        double[][] coefficients = new double[outputs][model.features];
        double[] starts = new double[outputs];
        for (int c = 0; c < outputs; c++) {
          starts[c] = model.intercepts[c];
          for (int j = 0; j < model.features; j++) {
            coefficients[c][j] = model.coefficients[c * model.features + j];
          }
        }
        yield new LinearScores(coefficients, starts);
      }
    };
  }

  private static LinearScores gemm(OnnxModel onnx, Node node) {
    boolean transB = node.flag("transB", false);
    double[][] coefficients = matrix(onnx, node, node.onnx().inputs().get(1), transB);
    float alpha = node.number("alpha", 1);
    for (double[] row : coefficients) {
      for (int j = 0; j < row.length; j++) {
        row[j] *= alpha;
      }
    }
    double[] intercepts = new double[coefficients.length];
    if (node.hasInput(2)) {
      double[] given = numbers(onnx, node, node.onnx().inputs().get(2));
      float beta = node.number("beta", 1);
      for (int c = 0; c < intercepts.length; c++) {
        intercepts[c] = beta * given[given.length == 1 ? 0 : c];
      }
    }
    return new LinearScores(coefficients, intercepts);
  }

  /** The intercepts are what is added to the product, if that is the next thing that happens to it. */
  private static LinearScores matMul(OnnxModel onnx, Node node) {
    double[][] coefficients = matrix(onnx, node, node.onnx().inputs().get(1), false);
    double[] intercepts = new double[coefficients.length];
    String product = node.output();
    for (OnnxNode next : onnx.nodes()) {
      if (next.operator().equals("Add") && next.inputs().contains(product)) {
        String other = next.inputs().get(next.inputs().indexOf(product) == 0 ? 1 : 0);
        double[] given = numbers(onnx, node, other);
        for (int c = 0; c < intercepts.length; c++) {
          intercepts[c] = given[given.length == 1 ? 0 : c];
        }
      }
    }
    return new LinearScores(coefficients, intercepts);
  }

  private static double[][] matrix(OnnxModel onnx, Node node, String name, boolean transposed) {
    double[] numbers = numbers(onnx, node, name);
    OnnxTensor tensor = Objects.requireNonNull(onnx.initializers().get(name));
    if (tensor.shape().size() != 2) {
      throw new ModelFormatException(
          node + ": '" + name + "' has shape " + tensor.shape() + "; expected a matrix");
    }
    int rows = Math.toIntExact(tensor.shape().get(0));
    int columns = Math.toIntExact(tensor.shape().get(1));
    double[][] matrix = new double[transposed ? rows : columns][transposed ? columns : rows];
    for (int i = 0; i < numbers.length; i++) {
      int row = i / columns;
      int column = i % columns;
      matrix[transposed ? row : column][transposed ? column : row] = numbers[i];
    }
    return matrix;
  }

  private static double[] numbers(OnnxModel onnx, Node node, String name) {
    OnnxTensor tensor = Optional.ofNullable(onnx.initializers().get(name))
        .orElseThrow(() -> new ModelFormatException(
            node + ": '" + name + "' is computed; expected coefficients among the initializers"));
    if (tensor.type() == OnnxDataType.DOUBLE) {
      return tensor.toDoubles();
    }
    float[] floats = tensor.toFloats();
    double[] numbers = new double[floats.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = floats[i];
    }
    return numbers;
  }
}

package org.modelledger.onnx.models;

import java.util.function.DoubleUnaryOperator;
import java.util.function.IntPredicate;

/** The layers once more, in float64 and as plainly as possible: a row is a token. */
final class Reference {
  private final RandomWeights weights;

  Reference(RandomWeights weights) {
    this.weights = weights;
  }

  /** weight [out, in], as in PyTorch's Linear. */
  double[][] linear(double[][] x, String name) {
    double[] bias = weights.get(name + ".bias");
    double[][] weight = weights.rows(name + ".weight", x[0].length);
    double[][] y = new double[x.length][bias.length];
    for (int row = 0; row < x.length; row++) {
      for (int out = 0; out < bias.length; out++) {
        y[row][out] = bias[out] + dot(x[row], weight[out]);
      }
    }
    return y;
  }

  /** weight [in, out], as in GPT-2's Conv1D. */
  double[][] conv1d(double[][] x, String name) {
    double[] bias = weights.get(name + ".bias");
    double[][] weight = weights.rows(name + ".weight", bias.length);
    double[][] y = new double[x.length][bias.length];
    for (int row = 0; row < x.length; row++) {
      for (int out = 0; out < bias.length; out++) {
        y[row][out] = bias[out];
        for (int in = 0; in < weight.length; in++) {
          y[row][out] += x[row][in] * weight[in][out];
        }
      }
    }
    return y;
  }

  double[][] layerNorm(double[][] x, String name, double epsilon) {
    double[] scale = weights.get(name + ".weight");
    double[] shift = weights.get(name + ".bias");
    double[][] y = new double[x.length][scale.length];
    for (int row = 0; row < x.length; row++) {
      double mean = 0;
      for (double element : x[row]) {
        mean += element / scale.length;
      }
      double variance = 0;
      for (double element : x[row]) {
        variance += (element - mean) * (element - mean) / scale.length;
      }
      for (int i = 0; i < scale.length; i++) {
        y[row][i] = (x[row][i] - mean) / Math.sqrt(variance + epsilon) * scale[i] + shift[i];
      }
    }
    return y;
  }

  /** Row r may look at row c if {@code visible} says so of {@code r * rows + c}. */
  static double[][] attention(double[][] query, double[][] key, double[][] value, int heads,
      IntPredicate visible) {
    int rows = query.length;
    int size = query[0].length / heads;
    double[][] context = new double[rows][query[0].length];
    for (int head = 0; head < heads; head++) {
      for (int row = 0; row < rows; row++) {
        double[] share = new double[rows];
        double sum = 0;
        for (int other = 0; other < rows; other++) {
          if (visible.test(row * rows + other)) {
            double score = 0;
            for (int i = head * size; i < (head + 1) * size; i++) {
              score += query[row][i] * key[other][i];
            }
            share[other] = Math.exp(score / Math.sqrt(size));
            sum += share[other];
          }
        }
        for (int other = 0; other < rows; other++) {
          for (int i = head * size; i < (head + 1) * size; i++) {
            context[row][i] += share[other] / sum * value[other][i];
          }
        }
      }
    }
    return context;
  }

  static double[][] add(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int row = 0; row < a.length; row++) {
      for (int i = 0; i < a[row].length; i++) {
        sum[row][i] = a[row][i] + b[row][i];
      }
    }
    return sum;
  }

  static double[][] map(double[][] x, DoubleUnaryOperator function) {
    double[][] y = new double[x.length][x[0].length];
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < x[row].length; i++) {
        y[row][i] = function.applyAsDouble(x[row][i]);
      }
    }
    return y;
  }

  static double gelu(double x) {
    return x / 2 * (1 + erf(x / Math.sqrt(2)));
  }

  static double geluTanh(double x) {
    return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  /** By its power series, which converges for every x; exact enough up to 5 or so. */
  private static double erf(double x) {
    double sum = 0;
    double power = x;
    for (int n = 0; n < 200; n++) {
      sum += power / (2 * n + 1);
      power *= -x * x / (n + 1);
    }
    return Math.clamp(2 / Math.sqrt(Math.PI) * sum, -1, 1);
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  // --- images: channel, row, column

  double[][][] convolutionNorm(double[][][] x, String convolution, String norm, int out, int kernel,
      int stride) {
    double[] weight = weights.get(convolution + ".weight");
    double[] scale = weights.get(norm + ".weight");
    double[] shift = weights.get(norm + ".bias");
    double[] mean = weights.get(norm + ".running_mean");
    double[] variance = weights.get(norm + ".running_var");
    int padding = kernel / 2;
    int size = (x[0].length + 2 * padding - kernel) / stride + 1;
    double[][][] y = new double[out][size][size];
    for (int to = 0; to < out; to++) {
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          double sum = 0;
          for (int from = 0; from < x.length; from++) {
            for (int i = 0; i < kernel; i++) {
              for (int j = 0; j < kernel; j++) {
                sum += weight[((to * x.length + from) * kernel + i) * kernel + j]
                    * pixel(x[from], row * stride + i - padding, column * stride + j - padding, 0);
              }
            }
          }
          y[to][row][column] = (sum - mean[to]) / Math.sqrt(variance[to] + 1e-5) * scale[to]
              + shift[to];
        }
      }
    }
    return y;
  }

  static double[][][] maxPool(double[][][] x, int kernel, int stride) {
    int padding = kernel / 2;
    int size = (x[0].length + 2 * padding - kernel) / stride + 1;
    double[][][] y = new double[x.length][size][size];
    for (int channel = 0; channel < x.length; channel++) {
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          double greatest = Double.NEGATIVE_INFINITY;
          for (int i = 0; i < kernel; i++) {
            for (int j = 0; j < kernel; j++) {
              greatest = Math.max(greatest, pixel(x[channel], row * stride + i - padding,
                  column * stride + j - padding, Double.NEGATIVE_INFINITY));
            }
          }
          y[channel][row][column] = greatest;
        }
      }
    }
    return y;
  }

  private static double pixel(double[][] image, int row, int column, double outside) {
    return row < 0 || column < 0 || row >= image.length || column >= image.length
        ? outside
        : image[row][column];
  }

  static double[][][] relu(double[][][] x) {
    double[][][] y = new double[x.length][][];
    for (int i = 0; i < x.length; i++) {
      y[i] = map(x[i], element -> Math.max(0, element));
    }
    return y;
  }

  static double[][][] add(double[][][] a, double[][][] b) {
    double[][][] sum = new double[a.length][][];
    for (int i = 0; i < a.length; i++) {
      sum[i] = add(a[i], b[i]);
    }
    return sum;
  }
}

package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.modelledger.inference.DataType;

/** Arithmetic in double64. */
final class DoubleKernels extends Kernels<double[]> {
  static final DoubleKernels INSTANCE = new DoubleKernels();

  private DoubleKernels() {}

  @Override
  DataType dataType() {
    return DataType.FP64;
  }

  @Override
  double[] vector(int length) {
    return new double[length];
  }

  @Override
  double[][] matrix(int rows, int columns) {
    return new double[rows][columns];
  }

  @Override
  double get(double[] vector, int index) {
    return vector[index];
  }

  @Override
  void set(double[] vector, int index, double value) {
    vector[index] = value;
  }

  @Override
  void fill(double[] vector, double value) {
    Arrays.fill(vector, value);
  }

  @Override
  void fill(double[] vector, int from, int to, double value) {
    Arrays.fill(vector, from, to, value);
  }

  @Override
  void gather(double[] from, int at, int step, double[] into, int to, int count) {
    if (count <= 0) {
      return;
    }
    if (step == 1) {
      System.arraycopy(from, at, into, to, count);
      return;
    }
    for (int j = 0; j < count; j++) {
      into[to + j] = from[at + j * step];
    }
  }

  @Override
  void maximum(double[] from, int at, int step, double[] into, int to, int count) {
    for (int j = 0; j < count; j++) {
      into[to + j] = Math.max(into[to + j], from[at + j * step]);
    }
  }

  @Override
  void accumulate(double[] from, int at, int step, double[] into, int to, int count) {
    for (int j = 0; j < count; j++) {
      into[to + j] += from[at + j * step];
    }
  }

  @Override
  double sum(double[] vector, double start) {
    double sum = start;
    for (double value : vector) {
      sum += value;
    }
    return sum;
  }

  @Override
  void read(ByteBuffer from, double[] into) {
    from.asDoubleBuffer().get(into);
    from.position(from.position() + into.length * Double.BYTES);
  }

  @Override
  void write(double[] from, ByteBuffer into) {
    for (double value : from) {
      into.putDouble(Double.longBitsToDouble(Double.doubleToLongBits(value)));
    }
  }

  @Override
  boolean isFinite(double[] vector) {
    for (double value : vector) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  void addProduct(double[][] x, double[][] w, double[][] y, int rows) {
    int k = 0;
    for (; k + 7 < w.length; k += 8) {
      for (int r = 0; r < rows; r++) {
        double[] xr = x[r];
        addScaled(xr[k], w[k], xr[k + 1], w[k + 1], xr[k + 2], w[k + 2], xr[k + 3], w[k + 3],
            xr[k + 4], w[k + 4], xr[k + 5], w[k + 5], xr[k + 6], w[k + 6], xr[k + 7], w[k + 7],
            y[r]);
      }
    }
    for (; k + 3 < w.length; k += 4) {
      for (int r = 0; r < rows; r++) {
        double[] xr = x[r];
        addScaled(xr[k], w[k], xr[k + 1], w[k + 1], xr[k + 2], w[k + 2], xr[k + 3], w[k + 3], y[r]);
      }
    }
    for (; k < w.length; k++) {
      for (int r = 0; r < rows; r++) {
        addScaled(x[r][k], w[k], y[r]);
      }
    }
  }

  @Override
  void addOuterProduct(double[][] x, double[][] d, double[][] w, int rows) {
    int r = 0;
    for (; r + 7 < rows; r += 8) {
      for (int k = 0; k < w.length; k++) {
        addScaled(x[r][k], d[r], x[r + 1][k], d[r + 1], x[r + 2][k], d[r + 2], x[r + 3][k],
            d[r + 3], x[r + 4][k], d[r + 4], x[r + 5][k], d[r + 5], x[r + 6][k], d[r + 6],
            x[r + 7][k], d[r + 7], w[k]);
      }
    }
    for (; r + 3 < rows; r += 4) {
      for (int k = 0; k < w.length; k++) {
        addScaled(x[r][k], d[r], x[r + 1][k], d[r + 1], x[r + 2][k], d[r + 2], x[r + 3][k],
            d[r + 3], w[k]);
      }
    }
    for (; r < rows; r++) {
      for (int k = 0; k < w.length; k++) {
        addScaled(x[r][k], d[r], w[k]);
      }
    }
  }

  /**
   * Eight times the last of these, one after the other, but each element of y is loaded and stored once.
   * More at a time would need more addresses than x86-64 has registers.
   */
  private static void addScaled(double a, double[] va, double b, double[] vb, double c, double[] vc,
      double d, double[] vd, double e, double[] ve, double f, double[] vf, double g, double[] vg,
      double h,
      double[] vh, double[] y) {
    for (int j = 0; j < y.length; j++) {
      y[j] = (((((((y[j] + a * va[j]) + b * vb[j]) + c * vc[j]) + d * vd[j]) + e * ve[j])
          + f * vf[j]) + g * vg[j]) + h * vh[j];
    }
  }

  /** Four times. */
  private static void addScaled(double a, double[] va, double b, double[] vb, double c, double[] vc,
      double d, double[] vd, double[] y) {
    for (int j = 0; j < y.length; j++) {
      y[j] = (((y[j] + a * va[j]) + b * vb[j]) + c * vc[j]) + d * vd[j];
    }
  }

  private static void addScaled(double a, double[] va, double[] y) {
    for (int j = 0; j < y.length; j++) {
      y[j] = y[j] + a * va[j];
    }
  }

  @Override
  void add(double[] source, double[] target) {
    for (int j = 0; j < target.length; j++) {
      target[j] += source[j];
    }
  }

  @Override
  void addRange(double[] from, int at, double[] into, int to, int count) {
    for (int j = 0; j < count; j++) {
      into[to + j] += from[at + j];
    }
  }

  @Override
  void putColumn(double[] from, double[][] matrix, int column) {
    for (int j = 0; j < from.length; j++) {
      matrix[j][column] = from[j];
    }
  }

  @Override
  void unary(Unary operation, double[] from, double[] into) {
    switch (operation) {
      case RELU -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = Math.max(from[j], 0);
        }
      }
      case SQRT -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = Math.sqrt(from[j]);
        }
      }
      case TANH -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = StrictMath.tanh(from[j]);
        }
      }
      case SIGMOID -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = (1 / (1 + StrictMath.exp(-from[j])));
        }
      }
      case EXP -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = StrictMath.exp(from[j]);
        }
      }
      case LOG -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = StrictMath.log(from[j]);
        }
      }
    }
  }

  @Override
  void binary(Binary operation, double[] left, double[] right, double[] into) {
    if (left.length == into.length && right.length == into.length) {
      switch (operation) {
        case ADD -> {
          for (int j = 0; j < into.length; j++) {
            into[j] = left[j] + right[j];
          }
        }
        case SUB -> {
          for (int j = 0; j < into.length; j++) {
            into[j] = left[j] - right[j];
          }
        }
        case MUL -> {
          for (int j = 0; j < into.length; j++) {
            into[j] = left[j] * right[j];
          }
        }
        case DIV -> {
          for (int j = 0; j < into.length; j++) {
            into[j] = left[j] / right[j];
          }
        }
      }
      return;
    }
    int stepLeft = left.length == 1 ? 0 : 1;
    int stepRight = right.length == 1 ? 0 : 1;
    for (int j = 0; j < into.length; j++) {
      double a = left[j * stepLeft];
      double b = right[j * stepRight];
      into[j] = switch (operation) {
        case ADD -> a + b;
        case SUB -> a - b;
        case MUL -> a * b;
        case DIV -> a / b;
      };
    }
  }

  @Override
  double squares(double[] vector, double mean) {
    double sum = 0;
    for (double value : vector) {
      double distance = value - mean;
      sum += distance * distance;
    }
    return sum;
  }

  @Override
  double dot(double[] left, double[] right) {
    double sum = 0;
    for (int j = 0; j < left.length; j++) {
      double factor = left[j];
      sum += factor * right[j];
    }
    return sum;
  }

  @Override
  void affine(double[] from, double shift, double factor, double[] into) {
    double s = shift;
    double f = factor;
    for (int j = 0; j < into.length; j++) {
      into[j] = (from[j] - s) * f;
    }
  }

  @Override
  void scale(double[] from, double[] scales, double[] shifts, int channel, double[] into) {
    double f = scales[channel];
    double s = shifts[channel];
    for (int j = 0; j < into.length; j++) {
      into[j] = from[j] * f + s;
    }
  }

  @Override
  void standardizeBackward(double[] standardized, double mean, double slope, double factor,
      double[] delta) {
    double m = mean;
    double s = slope;
    double f = factor;
    for (int j = 0; j < delta.length; j++) {
      delta[j] = ((delta[j] - m) - standardized[j] * s) * f;
    }
  }

  @Override
  int greatestOfFour(double[] vector, int at, int width) {
    int best = at;
    best = vector[at + 1] > vector[best] ? at + 1 : best;
    best = vector[at + width] > vector[best] ? at + width : best;
    return vector[at + width + 1] > vector[best] ? at + width + 1 : best;
  }

  @Override
  double[] deviation(double[] variance, double epsilon) {
    double[] deviation = new double[variance.length];
    for (int j = 0; j < deviation.length; j++) {
      deviation[j] = Math.sqrt(variance[j] + epsilon);
    }
    return deviation;
  }

  @Override
  void normalize(double[] from, double[] mean, double[] deviation, double[] scale, double[] bias,
      int channel, double[] into) {
    double m = mean[channel];
    double d = deviation[channel];
    double s = scale[channel];
    double b = bias[channel];
    for (int j = 0; j < into.length; j++) {
      into[j] = (from[j] - m) / d * s + b;
    }
  }

  private static double max(double[] vector) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : vector) {
      max = Math.max(max, value);
    }
    return max;
  }

  /** Returns the sum. */
  private static double exponentials(double[] from, double[] into) {
    double max = max(from);
    double sum = 0;
    for (int j = 0; j < from.length; j++) {
      double e = StrictMath.exp(from[j] - max);
      into[j] = e;
      sum += e;
    }
    return sum;
  }

  @Override
  void softmax(double[] from, double[] into) {
    double sum = exponentials(from, into);
    for (int j = 0; j < into.length; j++) {
      into[j] = (into[j] / sum);
    }
  }

  @Override
  void logSoftmax(double[] from, double[] into) {
    double max = max(from);
    double log = StrictMath.log(exponentials(from, into));
    for (int j = 0; j < into.length; j++) {
      into[j] = (from[j] - max - log);
    }
  }

  @Override
  int argMax(double[] vector, boolean last) {
    int best = vector.length == 0 ? -1 : 0;
    for (int j = 1; j < vector.length; j++) {
      if (vector[j] > vector[best] || (last && vector[j] == vector[best])) {
        best = j;
      }
    }
    return best;
  }

  @Override
  void reluBackward(double[] activation, double[] delta) {
    for (int j = 0; j < delta.length; j++) {
      delta[j] = activation[j] > 0 ? delta[j] : 0;
    }
  }

  @Override
  void tanhBackward(double[] activation, double[] delta) {
    for (int j = 0; j < delta.length; j++) {
      delta[j] *= 1 - activation[j] * activation[j];
    }
  }

  @Override
  double softmaxCrossEntropy(double[] logits, int label, double share) {
    double distance = logits[label] - max(logits);
    double sum = exponentials(logits, logits);
    for (int j = 0; j < logits.length; j++) {
      double target = j == label ? 1 : 0;
      logits[j] = ((logits[j] / sum - target) * share);
    }
    return StrictMath.log(sum) - distance;
  }

  @Override
  double crossEntropy(double[] logits, int label) {
    double max = max(logits);
    double sum = 0;
    for (double logit : logits) {
      sum += StrictMath.exp(logit - max);
    }
    return StrictMath.log(sum) - (logits[label] - max);
  }

  @Override
  void sgd(double[] weight, double[] gradient, double[] velocity, double rate, double momentum,
      double decay) {
    double r = rate;
    double m = momentum;
    double d = decay;
    for (int j = 0; j < weight.length; j++) {
      velocity[j] = m * velocity[j] + gradient[j];
      weight[j] = weight[j] - d * weight[j] - r * velocity[j];
    }
  }

  @Override
  void adam(double[] weight, double[] gradient, double[] mean, double[] square, double rate,
      double beta1,
      double beta2, double correction, double epsilon, double decay) {
    double r = rate;
    double b1 = beta1;
    double rest1 = (1 - beta1);
    double b2 = beta2;
    double rest2 = (1 - beta2);
    double c = correction;
    double e = epsilon;
    double d = decay;
    for (int j = 0; j < weight.length; j++) {
      double g = gradient[j];
      mean[j] = b1 * mean[j] + rest1 * g;
      square[j] = b2 * square[j] + rest2 * g * g;
      weight[j] = weight[j] - d * weight[j] - r * mean[j] / (Math.sqrt(square[j]) * c + e);
    }
  }
}

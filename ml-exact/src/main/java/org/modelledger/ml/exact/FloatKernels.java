package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.modelledger.inference.DataType;

/** Arithmetic in float32. */
final class FloatKernels extends Kernels<float[]> {
  static final FloatKernels INSTANCE = new FloatKernels();

  private FloatKernels() {}

  @Override
  DataType dataType() {
    return DataType.FP32;
  }

  @Override
  float[] vector(int length) {
    return new float[length];
  }

  @Override
  float[][] matrix(int rows, int columns) {
    return new float[rows][columns];
  }

  @Override
  double get(float[] vector, int index) {
    return vector[index];
  }

  @Override
  void set(float[] vector, int index, double value) {
    vector[index] = (float) value;
  }

  @Override
  void fill(float[] vector, double value) {
    Arrays.fill(vector, (float) value);
  }

  @Override
  void fill(float[] vector, int from, int to, double value) {
    Arrays.fill(vector, from, to, (float) value);
  }

  @Override
  void gather(float[] from, int at, int step, float[] into, int to, int count) {
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
  void maximum(float[] from, int at, int step, float[] into, int to, int count) {
    for (int j = 0; j < count; j++) {
      into[to + j] = Math.max(into[to + j], from[at + j * step]);
    }
  }

  @Override
  void accumulate(float[] from, int at, int step, double[] into, int to, int count) {
    for (int j = 0; j < count; j++) {
      into[to + j] += from[at + j * step];
    }
  }

  @Override
  double sum(float[] vector, double start) {
    double sum = start;
    for (float value : vector) {
      sum += value;
    }
    return sum;
  }

  @Override
  void read(ByteBuffer from, float[] into) {
    from.asFloatBuffer().get(into);
    from.position(from.position() + into.length * Float.BYTES);
  }

  @Override
  void write(float[] from, ByteBuffer into) {
    for (float value : from) {
      into.putFloat(Float.intBitsToFloat(Float.floatToIntBits(value)));
    }
  }

  @Override
  boolean isFinite(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  void addProduct(float[][] x, float[][] w, float[][] y, int rows) {
    int k = 0;
    for (; k + 7 < w.length; k += 8) {
      for (int r = 0; r < rows; r++) {
        float[] xr = x[r];
        addScaled(xr[k], w[k], xr[k + 1], w[k + 1], xr[k + 2], w[k + 2], xr[k + 3], w[k + 3],
            xr[k + 4], w[k + 4], xr[k + 5], w[k + 5], xr[k + 6], w[k + 6], xr[k + 7], w[k + 7],
            y[r]);
      }
    }
    for (; k + 3 < w.length; k += 4) {
      for (int r = 0; r < rows; r++) {
        float[] xr = x[r];
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
  void addOuterProduct(float[][] x, float[][] d, float[][] w, int rows) {
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
  private static void addScaled(float a, float[] va, float b, float[] vb, float c, float[] vc,
      float d, float[] vd, float e, float[] ve, float f, float[] vf, float g, float[] vg, float h,
      float[] vh, float[] y) {
    for (int j = 0; j < y.length; j++) {
      y[j] = (((((((y[j] + a * va[j]) + b * vb[j]) + c * vc[j]) + d * vd[j]) + e * ve[j])
          + f * vf[j]) + g * vg[j]) + h * vh[j];
    }
  }

  /** Four times. */
  private static void addScaled(float a, float[] va, float b, float[] vb, float c, float[] vc,
      float d, float[] vd, float[] y) {
    for (int j = 0; j < y.length; j++) {
      y[j] = (((y[j] + a * va[j]) + b * vb[j]) + c * vc[j]) + d * vd[j];
    }
  }

  private static void addScaled(float a, float[] va, float[] y) {
    for (int j = 0; j < y.length; j++) {
      y[j] = y[j] + a * va[j];
    }
  }

  @Override
  void add(float[] source, float[] target) {
    for (int j = 0; j < target.length; j++) {
      target[j] += source[j];
    }
  }

  @Override
  void addRange(float[] from, int at, float[] into, int to, int count) {
    for (int j = 0; j < count; j++) {
      into[to + j] += from[at + j];
    }
  }

  @Override
  void putColumn(float[] from, float[][] matrix, int column) {
    for (int j = 0; j < from.length; j++) {
      matrix[j][column] = from[j];
    }
  }

  @Override
  void unary(Unary operation, float[] from, float[] into) {
    switch (operation) {
      case RELU -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = Math.max(from[j], 0);
        }
      }
      case SQRT -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = (float) Math.sqrt(from[j]);
        }
      }
      case TANH -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = (float) StrictMath.tanh(from[j]);
        }
      }
      case SIGMOID -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = (float) (1 / (1 + StrictMath.exp(-(double) from[j])));
        }
      }
      case EXP -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = (float) StrictMath.exp(from[j]);
        }
      }
      case LOG -> {
        for (int j = 0; j < into.length; j++) {
          into[j] = (float) StrictMath.log(from[j]);
        }
      }
    }
  }

  @Override
  void binary(Binary operation, float[] left, float[] right, float[] into) {
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
      float a = left[j * stepLeft];
      float b = right[j * stepRight];
      into[j] = switch (operation) {
        case ADD -> a + b;
        case SUB -> a - b;
        case MUL -> a * b;
        case DIV -> a / b;
      };
    }
  }

  @Override
  double squares(float[] vector, double mean) {
    double sum = 0;
    for (float value : vector) {
      double distance = value - mean;
      sum += distance * distance;
    }
    return sum;
  }

  @Override
  double dot(float[] left, float[] right) {
    double sum = 0;
    for (int j = 0; j < left.length; j++) {
      double factor = left[j];
      sum += factor * right[j];
    }
    return sum;
  }

  @Override
  void affine(float[] from, double shift, double factor, float[] into) {
    float s = (float) shift;
    float f = (float) factor;
    for (int j = 0; j < into.length; j++) {
      into[j] = (from[j] - s) * f;
    }
  }

  @Override
  void scale(float[] from, float[] scales, float[] shifts, int channel, float[] into) {
    float f = scales[channel];
    float s = shifts[channel];
    for (int j = 0; j < into.length; j++) {
      into[j] = from[j] * f + s;
    }
  }

  @Override
  void standardizeBackward(float[] standardized, double mean, double slope, double factor,
      float[] delta) {
    float m = (float) mean;
    float s = (float) slope;
    float f = (float) factor;
    for (int j = 0; j < delta.length; j++) {
      delta[j] = ((delta[j] - m) - standardized[j] * s) * f;
    }
  }

  @Override
  int greatestOfFour(float[] vector, int at, int width) {
    int best = at;
    best = vector[at + 1] > vector[best] ? at + 1 : best;
    best = vector[at + width] > vector[best] ? at + width : best;
    return vector[at + width + 1] > vector[best] ? at + width + 1 : best;
  }

  @Override
  float[] deviation(float[] variance, double epsilon) {
    float[] deviation = new float[variance.length];
    for (int j = 0; j < deviation.length; j++) {
      deviation[j] = (float) Math.sqrt(variance[j] + (float) epsilon);
    }
    return deviation;
  }

  @Override
  void normalize(float[] from, float[] mean, float[] deviation, float[] scale, float[] bias,
      int channel, float[] into) {
    float m = mean[channel];
    float d = deviation[channel];
    float s = scale[channel];
    float b = bias[channel];
    for (int j = 0; j < into.length; j++) {
      into[j] = (from[j] - m) / d * s + b;
    }
  }

  private static float max(float[] vector) {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : vector) {
      max = Math.max(max, value);
    }
    return max;
  }

  /** Returns the sum. */
  private static double exponentials(float[] from, float[] into) {
    float max = max(from);
    double sum = 0;
    for (int j = 0; j < from.length; j++) {
      float e = (float) StrictMath.exp(from[j] - max);
      into[j] = e;
      sum += e;
    }
    return sum;
  }

  @Override
  void softmax(float[] from, float[] into) {
    double sum = exponentials(from, into);
    for (int j = 0; j < into.length; j++) {
      into[j] = (float) (into[j] / sum);
    }
  }

  @Override
  void logSoftmax(float[] from, float[] into) {
    float max = max(from);
    double log = StrictMath.log(exponentials(from, into));
    for (int j = 0; j < into.length; j++) {
      into[j] = (float) (from[j] - max - log);
    }
  }

  @Override
  int argMax(float[] vector, boolean last) {
    int best = vector.length == 0 ? -1 : 0;
    for (int j = 1; j < vector.length; j++) {
      if (vector[j] > vector[best] || (last && vector[j] == vector[best])) {
        best = j;
      }
    }
    return best;
  }

  @Override
  void reluBackward(float[] activation, float[] delta) {
    for (int j = 0; j < delta.length; j++) {
      delta[j] = activation[j] > 0 ? delta[j] : 0;
    }
  }

  @Override
  void tanhBackward(float[] activation, float[] delta) {
    for (int j = 0; j < delta.length; j++) {
      delta[j] *= 1 - activation[j] * activation[j];
    }
  }

  @Override
  double softmaxCrossEntropy(float[] logits, int label, double share) {
    double distance = (double) logits[label] - max(logits);
    double sum = exponentials(logits, logits);
    for (int j = 0; j < logits.length; j++) {
      double target = j == label ? 1 : 0;
      logits[j] = (float) ((logits[j] / sum - target) * share);
    }
    return StrictMath.log(sum) - distance;
  }

  @Override
  double crossEntropy(float[] logits, int label) {
    float max = max(logits);
    double sum = 0;
    for (float logit : logits) {
      sum += (float) StrictMath.exp(logit - max);
    }
    return StrictMath.log(sum) - ((double) logits[label] - max);
  }

  @Override
  void sgd(float[] weight, float[] gradient, float[] velocity, double rate, double momentum,
      double decay) {
    float r = (float) rate;
    float m = (float) momentum;
    float d = (float) decay;
    for (int j = 0; j < weight.length; j++) {
      velocity[j] = m * velocity[j] + gradient[j];
      weight[j] = weight[j] - d * weight[j] - r * velocity[j];
    }
  }

  @Override
  void adam(float[] weight, float[] gradient, float[] mean, float[] square, double rate,
      double beta1,
      double beta2, double correction, double epsilon, double decay) {
    float r = (float) rate;
    float b1 = (float) beta1;
    float rest1 = (float) (1 - beta1);
    float b2 = (float) beta2;
    float rest2 = (float) (1 - beta2);
    float c = (float) correction;
    float e = (float) epsilon;
    float d = (float) decay;
    for (int j = 0; j < weight.length; j++) {
      float g = gradient[j];
      mean[j] = b1 * mean[j] + rest1 * g;
      square[j] = b2 * square[j] + rest2 * g * g;
      weight[j] = weight[j] - d * weight[j] - r * mean[j] / ((float) Math.sqrt(square[j]) * c + e);
    }
  }
}

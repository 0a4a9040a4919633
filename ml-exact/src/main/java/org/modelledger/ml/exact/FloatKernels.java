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

  /** Four times the other, one after the other, but each element of y is loaded and stored once. */
  private static void addScaled(float a, float[] va, float b, float[] vb, float c, float[] vc,
      float d,
      float[] vd, float[] y) {
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

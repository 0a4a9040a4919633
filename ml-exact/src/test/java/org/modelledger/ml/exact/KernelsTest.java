package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelsTest {
  private final Xoshiro256 random = Xoshiro256.seeded(7, 0);

  private float[][] floats(int rows, int columns) {
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) (random.nextDouble() - 0.5);
      }
    }
    return matrix;
  }

  private double[][] doubles(int rows, int columns) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextDouble() - 0.5;
      }
    }
    return matrix;
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "1,3,5", "2,4,7", "5,9,10", "3,13,20", "17,64,33", "16,128,64"})
  void productsAreAddedOneByOneInOrder(int rows, int in, int out) {
    float[][] x = floats(rows, in);
    float[][] w = floats(in, out);
    float[][] y = floats(rows, out);
    float[][] wanted = new float[rows][];
    for (int r = 0; r < rows; r++) {
      wanted[r] = y[r].clone();
      for (int j = 0; j < out; j++) {
        for (int k = 0; k < in; k++) {
          wanted[r][j] += x[r][k] * w[k][j];
        }
      }
    }
    FloatKernels.INSTANCE.addProduct(x, w, y, rows);
    assertThat(y).isDeepEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "1,3,5", "2,4,7", "5,9,10", "3,13,20", "17,64,33", "16,128,64"})
  void productsAreAddedOneByOneInOrderInFloat64(int rows, int in, int out) {
    double[][] x = doubles(rows, in);
    double[][] w = doubles(in, out);
    double[][] y = doubles(rows, out);
    double[][] wanted = new double[rows][];
    for (int r = 0; r < rows; r++) {
      wanted[r] = y[r].clone();
      for (int j = 0; j < out; j++) {
        for (int k = 0; k < in; k++) {
          wanted[r][j] += x[r][k] * w[k][j];
        }
      }
    }
    DoubleKernels.INSTANCE.addProduct(x, w, y, rows);
    assertThat(y).isDeepEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "3,3,5", "4,4,7", "9,5,10", "13,2,17", "16,20,33"})
  void outerProductsAreAddedRowByRow(int rows, int in, int out) {
    double[][] x = doubles(rows, in);
    double[][] d = doubles(rows, out);
    double[][] w = doubles(in, out);
    double[][] wanted = new double[in][];
    for (int k = 0; k < in; k++) {
      wanted[k] = w[k].clone();
      for (int j = 0; j < out; j++) {
        for (int r = 0; r < rows; r++) {
          wanted[k][j] += x[r][k] * d[r][j];
        }
      }
    }
    DoubleKernels.INSTANCE.addOuterProduct(x, d, w, rows);
    assertThat(w).isDeepEqualTo(wanted);
  }

  @Test
  void gradientsAreThoseOfTheLoss() {
    for (Network.Activation activation : Network.Activation.values()) {
      Network<double[]> network = new Network<>(DoubleKernels.INSTANCE, new int[]{5, 7, 6, 3},
          activation);
      network.initialize(Xoshiro256.seeded(3, 0));
      double[][] x = doubles(9, 5);
      int[] labels = {0, 1, 2, 2, 1, 0, 0, 1, 2};
      Network.Layers<double[]> gradient = network.zeros();
      Trainable.Pass<double[]> pass = network.pass(9, 9);
      pass.learn(x, 9, 0);
      for (int r = 0; r < 9; r++) {
        DoubleKernels.INSTANCE.softmaxCrossEntropy(pass.logits()[r], labels[r], 1.0 / 9);
      }
      pass.backward(x, 9, gradient);
      Trainable.Pass<double[]> other = network.pass(x.length, x.length);
      double h = 1e-6;
      for (int i = 0; i < gradient.vectors.size(); i++) {
        double[] vector = network.parameters.vectors.get(i);
        for (int j = 0; j < vector.length; j++) {
          double before = vector[j];
          vector[j] = before + h;
          double above = TestLoss.of(other, x, labels);
          vector[j] = before - h;
          double below = TestLoss.of(other, x, labels);
          vector[j] = before;
          assertThat(gradient.vectors.get(i)[j]).as("%s, vector %d, element %d", activation, i, j)
              .isCloseTo((above - below) / (2 * h), within(1e-6));
        }
      }
    }
  }

  @Test
  void softmaxOfGreatNumbersIsFinite() {
    float[] scores = new float[3];
    FloatKernels.INSTANCE.softmax(new float[]{1e30f, 1e30f, -1e30f}, scores);
    assertThat(scores).containsExactly(0.5f, 0.5f, 0);
    double[] logs = new double[2];
    DoubleKernels.INSTANCE.logSoftmax(new double[]{1000, 1000}, logs);
    assertThat(logs[0]).isCloseTo(-0.6931471805599453, within(1e-12));
  }

  @Test
  void theFirstOrTheLastOfTheGreatestIsFound() {
    float[] vector = {1, 5, 2, 5, 0};
    assertThat(FloatKernels.INSTANCE.argMax(vector, false)).isEqualTo(1);
    assertThat(FloatKernels.INSTANCE.argMax(vector, true)).isEqualTo(3);
    assertThat(DoubleKernels.INSTANCE.argMax(new double[0], false)).isEqualTo(-1);
  }

  @Test
  void everyNanIsWrittenAlike() {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    FloatKernels.INSTANCE.write(new float[]{Float.intBitsToFloat(0xffc00001), Float.NaN}, bytes);
    assertThat(bytes.getInt(0)).isEqualTo(0x7fc00000).isEqualTo(bytes.getInt(4));
    ByteBuffer eight = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    DoubleKernels.INSTANCE.write(new double[]{Double.longBitsToDouble(0xfff8000000000001L)}, eight);
    assertThat(eight.getLong(0)).isEqualTo(0x7ff8000000000000L);
  }

  @Test
  void aStepOfAdamIsTheOneOfItsAuthors() {
    double[] weight = {1};
    double[] mean = {0};
    double[] square = {0};
    // first step: mean / (1 - beta1) = gradient, square / (1 - beta2) = gradient², so the step is the rate
    DoubleKernels.INSTANCE.adam(weight, new double[]{0.5}, mean, square, 0.1 / (1 - 0.9), 0.9,
        0.999,
        1 / Math.sqrt(1 - 0.999), 1e-12, 0);
    assertThat(weight[0]).isCloseTo(0.9, within(1e-9));
    assertThat(mean[0]).isCloseTo(0.05, within(1e-12));
    assertThat(square[0]).isCloseTo(0.00025, within(1e-12));
  }

  @Test
  void aStepOfSgdHasMomentumAndDecay() {
    float[] weight = {1};
    float[] velocity = {2};
    FloatKernels.INSTANCE.sgd(weight, new float[]{0.5f}, velocity, 0.25, 0.5, 0.125);
    assertThat(velocity).containsExactly(1.5f);
    assertThat(weight).containsExactly(1 - 0.125f - 0.25f * 1.5f);
  }

  /** What is put right in one has to be put right in the other. */
  @Test
  void bothPrecisionsAreTheSameCode() throws IOException {
    Path directory = Path.of("src/main/java/org/modelledger/ml/exact");
    String floats = Files.readString(directory.resolve("FloatKernels.java"))
        .replace("Float.intBitsToFloat(Float.floatToIntBits(value))",
            "Double.longBitsToDouble(Double.doubleToLongBits(value))")
        .replace("FloatKernels", "DoubleKernels")
        .replace("float32", "float64")
        .replace("FP32", "FP64")
        .replace("(float) ", "")
        .replace("-(double) from", "-from")
        .replace("(double) logits", "logits")
        .replace("asFloatBuffer", "asDoubleBuffer")
        .replace("putFloat", "putDouble")
        .replace("Float.", "Double.")
        .replace("float", "double");
    String doubles = Files.readString(directory.resolve("DoubleKernels.java"));
    assertThat(floats.replaceAll("\\s", "")).isEqualTo(doubles.replaceAll("\\s", ""));
  }
}

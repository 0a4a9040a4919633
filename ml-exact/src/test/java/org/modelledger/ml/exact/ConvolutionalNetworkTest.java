package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionalNetworkTest {
  private static final int ROWS = 5;

  /** One channel of 5×7, pooled to 2×3, pooled to 1×1; not pooled. */
  private static ConvolutionalNetwork<double[]> network(Network.Activation activation) {
    ConvolutionalNetwork<double[]> network = new ConvolutionalNetwork<>(DoubleKernels.INSTANCE,
        List.of(new Stage(2, 5, 7, 3, 3), new Stage(3, 2, 3, 4, 3), new Stage(4, 1, 1, 2, 1)),
        new Network<>(DoubleKernels.INSTANCE, new int[]{2, 4, 3}, activation, true));
    network.head.initialize(Xoshiro256.seeded(3, 0));
    network.initialize(Xoshiro256.seeded(3, 1));
    Xoshiro256 random = Xoshiro256.seeded(3, 2);
    for (int i = 0; i < network.parameters().vectors.size(); i++) {
      double[] vector = network.parameters().vectors.get(i);
      for (int j = 0; network.parameters().isBias.get(i) && j < vector.length; j++) {
        // or sums of nothing lie where ReLU has no derivative
        vector[j] += 0.1 + 0.2 * random.nextDouble();
      }
    }
    return network;
  }

  private static double[][] rows(int rows) {
    Xoshiro256 random = Xoshiro256.seeded(4, 0);
    double[][] x = new double[rows][70];
    for (double[] row : x) {
      for (int j = 0; j < row.length; j++) {
        row[j] = random.nextDouble() - 0.5;
      }
    }
    return x;
  }

  @Test
  void gradientsAreThoseOfTheLoss() {
    for (Network.Activation activation : Network.Activation.values()) {
      ConvolutionalNetwork<double[]> network = network(activation);
      double[][] x = rows(ROWS);
      int[] labels = {0, 1, 2, 2, 1};
      Parameters<double[]> gradient = network.zeros();
      Trainable.Pass<double[]> pass = network.pass(ROWS, ROWS);
      pass.learn(x, ROWS, 0);
      for (int r = 0; r < ROWS; r++) {
        DoubleKernels.INSTANCE.softmaxCrossEntropy(pass.logits()[r], labels[r], 1.0 / ROWS);
      }
      pass.backward(x, ROWS, gradient);
      Trainable.Pass<double[]> other = network.pass(x.length, x.length);
      double h = 1e-6;
      double greatest = 0;
      for (int i = 0; i < gradient.vectors.size(); i++) {
        double[] vector = network.parameters().vectors.get(i);
        for (int j = 0; j < vector.length; j++) {
          double before = vector[j];
          vector[j] = before + h;
          double above = TestLoss.of(other, x, labels);
          vector[j] = before - h;
          double below = TestLoss.of(other, x, labels);
          vector[j] = before;
          double computed = gradient.vectors.get(i)[j];
          greatest = Math.max(greatest, Math.abs(computed));
          assertThat(computed).as("%s, vector %d, element %d", activation, i, j)
              .isCloseTo((above - below) / (2 * h), within(1e-5));
        }
      }
      assertThat(greatest).isGreaterThan(0.01);
    }
  }

  @Test
  void isEvaluatedByWhatItSawOnAverage() {
    ConvolutionalNetwork<double[]> network = network(Network.Activation.TANH);
    double[][] x = rows(ROWS);
    Trainable.Pass<double[]> pass = network.pass(ROWS, ROWS);
    for (int i = 0; i < 1000; i++) {
      pass.learn(x, ROWS, 0);
      network.learned(1);
    }
    double[] learning = pass.logits()[3].clone();
    network.freeze();
    pass.evaluate(x, ROWS);
    // not the same: variances of what is seen are estimated, and so a little greater
    assertThat(pass.logits()[3]).containsExactly(learning, within(0.3));
    assertThat(pass.logits()[3]).isNotEqualTo(learning);
  }

  @Test
  void aRowIsEvaluatedAloneAsAmongOthers() {
    ConvolutionalNetwork<double[]> network = network(Network.Activation.RELU);
    double[][] x = rows(23);
    network.freeze();
    Trainable.Pass<double[]> together = network.pass(4, 23);
    together.evaluate(x, 23);
    Trainable.Pass<double[]> alone = network.pass(4, 1);
    for (int r = 0; r < x.length; r++) {
      alone.evaluate(new double[][]{x[r]}, 1);
      assertThat(alone.logits()[0]).containsExactly(together.logits()[r]);
    }
  }
}

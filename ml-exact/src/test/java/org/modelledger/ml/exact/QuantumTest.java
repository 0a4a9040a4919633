package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class QuantumTest {

  @Test
  void sumsAreNearTheRealOnesWhateverTheScale() {
    Xoshiro256 random = Xoshiro256.seeded(1, 99);
    for (double scale : new double[]{Double.MIN_VALUE, 1e-200, 1e-9, 1, 12345, 1e200}) {
      for (int rows : new int[]{1, 2, 3, 1000, 1 << 16}) {
        Quantum quantum = new Quantum(rows, scale);
        long gradients = 0;
        long hessians = 0;
        double gradient = 0;
        double hessian = 0;
        for (int r = 0; r < rows; r++) {
          double g = scale * (2 * random.nextDouble() - 1);
          double h = random.nextDouble();
          gradient += g / scale;
          hessian += h;
          gradients += quantum.gradient(g);
          hessians += quantum.hessian(h);
        }
        assertThat(quantum.gradientOf(gradients) / scale).isCloseTo(gradient,
            within(scale == Double.MIN_VALUE ? rows : 1e-9 * rows));
        assertThat(quantum.hessianOf(hessians)).isCloseTo(hessian, within(1e-5 * rows));
        assertThat(quantum.rowsOf(hessians)).isEqualTo(rows);
      }
    }
  }

  @Test
  void theGreatestSumsFit() {
    for (int rows : new int[]{1, 2, 3, 4, 1023, 1024, 1 << 26}) {
      Quantum quantum = new Quantum(rows, 1);
      long most = Math.multiplyExact(quantum.gradient(1), rows);
      assertThat(quantum.gradientOf(most)).isEqualTo(rows);
      assertThat(quantum.gradientOf(Math.multiplyExact(quantum.gradient(-1), rows)))
          .isEqualTo(-rows);
      long hessians = Math.multiplyExact(quantum.hessian(1), rows);
      assertThat(quantum.rowsOf(hessians)).isEqualTo(rows);
      assertThat(quantum.hessianOf(hessians)).isEqualTo(rows);
      assertThat(quantum.hessianOf(Math.multiplyExact(quantum.hessian(0), rows))).isPositive();
    }
  }
}

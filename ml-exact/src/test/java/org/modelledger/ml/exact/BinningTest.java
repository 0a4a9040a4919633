package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainingSpec;

class BinningTest {

  private static FeatureBins bins(double[] values, boolean float64, int maxBins,
      boolean categorical) throws InterruptedException {
    Tensor x = float64
        ? Tensor.of(values, values.length, 1)
        : Tensor.of(TreeTables.floats(values), values.length, 1);
    FeatureTable table = FeatureTable.read(
        Dataset.of("data", Tensors.of("x", x, "y", Tensor.of(new double[values.length],
            values.length))),
        TrainingSpec.builder("gradient-boosting").features("x").target("y").build(),
        new FeatureTable.Expected(true, false, 0, Optional.empty()), "the data");
    try (Team team = new Team(2)) {
      return Binning.of(table, maxBins, new boolean[]{categorical}, "x", team)[0];
    }
  }

  @Test
  void fewValuesHaveABinEachAndTheBoundIsInTheMiddle() throws InterruptedException {
    FeatureBins bins = bins(new double[]{3, -2, 3, 10, -0.0, 0}, false, 255, false);
    assertThat(bins.count()).isEqualTo(4);
    assertThat(new double[]{bins.bound(0), bins.bound(1), bins.bound(2)})
        .containsExactly(-1, 1.5, 6.5);
    assertThat(bins.bound(3)).isInfinite();
    assertThat(bins.rest()).isFalse();
    double[] values = {Double.NEGATIVE_INFINITY, -1, -0.99, 1.5, 1.6, 6.5, 7,
        Double.POSITIVE_INFINITY, Double.NaN};
    int[] expected = {0, 0, 1, 1, 2, 2, 3, 3, 4};
    for (int i = 0; i < values.length; i++) {
      assertThat(bins.bin(values[i])).isEqualTo(expected[i]);
    }
  }

  @Test
  void neighboursAreToldApart() throws InterruptedException {
    float low = 1.1f;
    FeatureBins floats = bins(new double[]{low, Math.nextUp(low)}, false, 255, false);
    assertThat(floats.bound(0)).isEqualTo(low);
    FeatureBins doubles = bins(
        new double[]{1.1, Math.nextUp(1.1), -Double.MAX_VALUE, Double.MAX_VALUE,
            Double.MIN_VALUE, 0},
        true, 255, false);
    assertThat(doubles.count()).isEqualTo(6);
    assertThat(doubles.bound(1)).isZero();
    assertThat(doubles.bound(3)).isEqualTo(1.1);
    assertThat(doubles.bin(Math.nextUp(1.1))).isEqualTo(4);
  }

  @Test
  void allThatIsMissingIsOneBinWithoutARow() throws InterruptedException {
    FeatureBins bins = bins(new double[]{Double.NaN, Double.NaN}, false, 255, false);
    assertThat(bins.count()).isEqualTo(1);
    assertThat(bins.rest()).isTrue();
    assertThat(bins.bin(Double.NaN)).isEqualTo(1);
  }

  /** Whatever the values: bins are in order, bounds lie between values, and rows are spread evenly. */
  @Test
  void manyValuesAreSpreadEvenly() throws InterruptedException {
    for (long seed = 0; seed < 20; seed++) {
      Xoshiro256 random = Xoshiro256.seeded(seed, 99);
      boolean float64 = seed % 2 == 0;
      int maxBins = 2 + random.nextInt(254);
      double[] values = new double[5000];
      for (int i = 0; i < values.length; i++) {
        double value = random.nextDouble() - 0.3;
        // a heap, a grid, and numbers of all sizes
        value = switch (random.nextInt(4)) {
          case 0 -> random.nextInt(5) * 0.1;
          case 1 -> StrictMath.exp(40 * value);
          default -> value;
        };
        values[i] = float64 ? value : (float) value;
      }
      FeatureBins bins = bins(values, float64, maxBins, false);
      assertThat(bins.count()).as("seed %s", seed).isBetween(maxBins / 2, maxBins);
      int[] rows = new int[bins.count()];
      for (double value : values) {
        int bin = bins.bin(value);
        rows[bin]++;
        assertThat(value).isLessThanOrEqualTo(bins.bound(bin));
        if (bin > 0) {
          assertThat(value).isGreaterThan(bins.bound(bin - 1));
        }
      }
      assertThat(Arrays.stream(rows).min().orElseThrow()).isPositive();
    }
  }

  @Test
  void theMostFrequentCategoriesHaveBins() throws InterruptedException {
    FeatureBins bins = bins(new double[]{7, 7, 7, -1, -1, 5, 5, 9}, true, 3, true);
    assertThat(bins.count()).isEqualTo(3);
    assertThat(new double[]{bins.category(0), bins.category(1), bins.category(2)})
        .containsExactly(-1, 5, 7);
    assertThat(bins.rest()).isTrue();
    assertThat(bins.bin(9)).isEqualTo(3);
    assertThat(bins.bin(Double.NaN)).isEqualTo(3);
    assertThat(bins.bin(5)).isEqualTo(1);
    // of equally frequent ones the lower
    assertThat(bins(new double[]{1, 2, 3, 4}, true, 2, true).category(1)).isEqualTo(2);
  }
}

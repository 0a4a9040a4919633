package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class LinearRegressionTest {
  private static final LinearData DATA = LinearData.of(300, 9, 4);

  private final Trainer trainer = ExactTrainerProvider.open(2, InstantSource.fixed(Instant.EPOCH));

  @AfterEach
  void close() {
    trainer.close();
  }

  private static LinearRegressionSpec spec() {
    return new LinearRegressionSpec("x", "y");
  }

  private TrainedModel train(LinearRegressionSpec spec, Dataset data) throws InterruptedException {
    return trainer.train(spec.toTrainingSpec(), data, TrainingListener.NONE);
  }

  private static double[] predictions(TrainedModel model, Tensor x) throws InterruptedException {
    try (LoadedModel loaded = OnnxGraphs.load(model.files().read("model.onnx"))) {
      return loaded.run(Tensors.of("x", x)).get("prediction").toDoubles();
    }
  }

  /** The mean of residual times feature is what the penalty asks for: l1 with a sign, and l2 times the weight. */
  @ParameterizedTest
  @CsvSource({"0, 0, false", "0, 0, true", "0, 0.3, false", "0, 0.3, true", "0.05, 0, false",
      "0.05, 0, true", "0.02, 0.1, true", "0.02, 0.1, false", "1e6, 0, false"})
  void meetsTheConditionsOfAnOptimum(double l1, double l2, boolean standardize)
      throws InterruptedException {
    LinearRegressionSpec spec = spec().l1(l1).l2(l2);
    TrainedModel trained = train(standardize ? spec.standardize() : spec, DATA.dataset(true));
    LinearModel model = LinearModel.of(trained);
    double[] correlation = new double[DATA.features()];
    double[] square = new double[DATA.features()];
    double residuals = 0;
    double objective = 0;
    for (int r = 0; r < DATA.rows(); r++) {
      double residual = DATA.y[r] - model.sum(DATA.x[r], 0);
      residuals += residual / DATA.rows();
      objective += residual * residual / 2 / DATA.rows();
      for (int j = 0; j < DATA.features(); j++) {
        double feature = model.feature(DATA.x[r], j);
        correlation[j] += residual * feature / DATA.rows();
        square[j] += feature * feature / DATA.rows();
      }
    }
    assertThat(residuals).isCloseTo(0, within(1e-8));
    for (int j = 0; j < DATA.features(); j++) {
      double weight = model.weights[j][0];
      double tolerance = 1e-7 * Math.sqrt(square[j]);
      if (weight == 0) {
        assertThat(Math.abs(correlation[j])).isLessThanOrEqualTo(l1 + tolerance);
      } else {
        assertThat(correlation[j]).isCloseTo(l1 * Math.signum(weight) + l2 * weight,
            within(tolerance));
      }
      objective += l1 * Math.abs(weight) + l2 * weight * weight / 2;
    }
    assertThat(trained.metrics()).containsEntry("converged", 1.0)
        .doesNotContainKey("warning.notConverged");
    assertThat(trained.metrics().get("optimality")).isLessThanOrEqualTo(1e-8);
    assertThat(trained.metrics().get("objective")).isCloseTo(objective, within(1e-9));
  }

  @Test
  void l1MakesWeightsThatAreExactlyZeroAndMoreOfThemTheGreaterItIs() throws InterruptedException {
    List<Double> nonZero = new ArrayList<>();
    for (double l1 : new double[]{0, 0.01, 0.1, 0.3, 10}) {
      TrainedModel trained = train(spec().l1(l1).standardize(), DATA.dataset(false));
      long counted = Arrays.stream(LinearModel.of(trained).weights)
          .filter(row -> row[0] != 0)
          .count();
      assertThat(trained.metrics()).containsEntry("weights.nonZero", (double) counted);
      nonZero.add((double) counted);
    }
    assertThat(nonZero).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(nonZero.getFirst()).isEqualTo(9);
    assertThat(nonZero.get(2)).isBetween(1.0, 8.0);
    assertThat(nonZero.getLast()).isZero();
  }

  @Test
  void l2ShrinksWeights() throws InterruptedException {
    double before = Double.POSITIVE_INFINITY;
    for (double l2 : new double[]{0, 0.1, 1, 10}) {
      double sum = 0;
      for (double[] row : LinearModel
          .of(train(spec().l2(l2).standardize(), DATA.dataset(true))).weights) {
        sum += row[0] * row[0];
      }
      assertThat(sum).isLessThan(before).isPositive();
      before = sum;
    }
  }

  /** Powers of two change no bit but in the exponent. */
  @Test
  void standardizedFeaturesMayHaveAnyUnit() throws InterruptedException {
    LinearRegressionSpec spec = spec().standardize().l1(0.01);
    TrainedModel metres = train(spec, DATA.dataset(true));
    LinearData others = DATA.times(0x1p-13, 1);
    TrainedModel others1 = train(spec, others.dataset(true));
    assertThat(LinearModel.of(others1).weights).isDeepEqualTo(LinearModel.of(metres).weights);
    assertThat(predictions(others1, others.features(true)))
        .isEqualTo(predictions(metres, DATA.features(true)));
  }

  @Test
  void predictionsHaveTheUnitOfTheTargets() throws InterruptedException {
    TrainedModel one = train(spec(), DATA.dataset(true));
    TrainedModel many = train(spec(), DATA.times(1, 0x1p20).dataset(true));
    double[] expected = predictions(one, DATA.features(true));
    double[] actual = predictions(many, DATA.features(true));
    for (int r = 0; r < expected.length; r++) {
      assertThat(actual[r]).isEqualTo(expected[r] * 0x1p20);
    }
    assertThat(many.metrics().get("train.r2")).isEqualTo(one.metrics().get("train.r2"));
  }

  @Test
  void findsWhatTheTargetsWereMadeFrom() throws InterruptedException {
    double[][] x = DATA.x;
    double[] y = new double[x.length];
    for (int r = 0; r < y.length; r++) {
      y[r] = 7 + 2 * x[r][0] - 0.5 * x[r][4];
    }
    TrainedModel trained = train(spec(), new LinearData(x, y).dataset(true));
    LinearModel model = LinearModel.of(trained);
    assertThat(model.intercepts[0]).isCloseTo(7, within(1e-6));
    assertThat(model.weights[0][0]).isCloseTo(2, within(1e-9));
    assertThat(model.weights[1][0]).isCloseTo(0, within(1e-9));
    assertThat(model.weights[4][0]).isCloseTo(-0.5, within(1e-9));
    assertThat(trained.metrics().get("train.r2")).isCloseTo(1, within(1e-9));
    assertThat(trained.metrics().get("iterations")).isLessThan(10);
  }

  @Test
  void columnsThatDependOnEachOtherDoNoHarm() throws InterruptedException {
    double[][] x = new double[DATA.rows()][];
    for (int r = 0; r < x.length; r++) {
      double[] row = DATA.x[r];
      x[r] = new double[]{row[0], row[1], row[0] + row[1], 2 * row[0], 5, 0.1};
    }
    TrainedModel all = train(spec(), new LinearData(x, DATA.y).dataset(true));
    for (int r = 0; r < x.length; r++) {
      x[r] = Arrays.copyOf(x[r], 2);
    }
    LinearData two = new LinearData(x, DATA.y);
    TrainedModel few = train(spec(), two.dataset(true));
    assertThat(all.metrics()).containsEntry("converged", 1.0);
    assertThat(all.metrics().get("train.loss")).isCloseTo(few.metrics().get("train.loss"),
        within(1e-9));
    assertThat(LinearModel.of(all).weights[4][0]).isZero();
  }

  @Test
  void moreFeaturesThanRowsAreFitted() throws InterruptedException {
    LinearData wide = LinearData.of(20, 40, 8);
    assertThat(train(spec().standardize(), wide.dataset(true)).metrics().get("train.r2"))
        .isCloseTo(1, within(1e-6));
    TrainedModel sparse = train(spec().standardize().l1(0.05), wide.dataset(true));
    assertThat(sparse.metrics().get("weights.nonZero")).isBetween(1.0, 20.0);
    assertThat(sparse.metrics()).containsEntry("converged", 1.0);
  }

  @Test
  void oneRowAndEqualTargetsArePredictedAsTheyAre() throws InterruptedException {
    for (LinearData data : List.of(new LinearData(new double[][]{{1, 2}}, new double[]{4}),
        new LinearData(new double[][]{{1, 2}, {3, 5}, {4, 1}}, new double[]{4, 4, 4}))) {
      TrainedModel trained = train(spec(), data.dataset(true));
      assertThat(predictions(trained, data.features(true))).containsOnly(4);
      assertThat(trained.metrics()).containsEntry("train.loss", 0.0)
          .containsEntry("train.r2", 0.0)
          .containsEntry("converged", 1.0);
    }
  }

  @Test
  void saysSoWhereItDidNotConverge() throws InterruptedException {
    TrainedModel trained = train(spec().l1(0.01).maxIterations(1).tolerance(1e-14),
        LinearData.of(300, 9, 5).dataset(true));
    assertThat(trained.metrics()).containsEntry("iterations", 1.0)
        .containsEntry("converged", 0.0)
        .containsEntry("warning.notConverged", 1.0);
  }

  @Test
  void savesAGraphFromRawRowsToPredictions() throws InterruptedException {
    for (boolean float64 : new boolean[]{false, true}) {
      TrainedModel trained = train(spec().standardize(), DATA.dataset(float64));
      OnnxModel graph = OnnxReader.read(trained.files().read("model.onnx"));
      assertThat(graph.nodes()).extracting(OnnxNode::operator)
          .containsExactly("Sub", "Div", "Gemm");
      try (LoadedModel loaded = OnnxGraphs.load(trained.files().read("model.onnx"))) {
        String type = float64 ? "FP64" : "FP32";
        assertThat(loaded.inputs()).hasToString("[x: " + type + " [?, 9]]");
        assertThat(loaded.outputs()).hasToString("[prediction: " + type + " [?, 1]]");
      }
      OnnxModel plain = OnnxReader
          .read(train(spec(), DATA.dataset(float64)).files().read("model.onnx"));
      assertThat(plain.nodes()).extracting(OnnxNode::operator).containsExactly("Gemm");
    }
  }

  @Test
  void measuresWhatTheSavedGraphPredicts() throws InterruptedException {
    LinearData heldOut = LinearData.of(50, 9, 4);
    TrainedModel trained = trainer.train(spec().toTrainingSpec(), DATA.dataset(true),
        Optional.of(heldOut.dataset(true)), TrainingListener.NONE);
    double[] predictions = predictions(trained, heldOut.features(true));
    double loss = 0;
    for (int r = 0; r < predictions.length; r++) {
      double error = heldOut.y[r] - predictions[r];
      loss += error * error / predictions.length;
    }
    assertThat(trained.metrics().get("validation.loss")).isCloseTo(loss, within(1e-12));
    assertThat(trained.metrics()).containsOnlyKeys("train.loss", "train.r2", "validation.loss",
        "validation.r2", "iterations", "objective", "optimality", "converged", "weights.nonZero");
  }

  @Test
  void theTypedSpecificationSaysTheSame() {
    TrainingSpec typed = spec().l1(0.5)
        .l2(0.25)
        .standardize()
        .tolerance(1e-6)
        .maxIterations(7)
        .toTrainingSpec();
    assertThat(typed.algorithm()).isEqualTo("linear-regression");
    assertThat(LinearSettings.of(typed))
        .isEqualTo(new LinearSettings(0.5, 0.25, true, 1e-6, 7, 0));
    assertThat(LinearSettings.of(spec().toTrainingSpec()))
        .isEqualTo(new LinearSettings(0, 0, false, 1e-8, 100, 0));
  }

  @Test
  void refusesColumnsWithNamesOfItsOwn() {
    for (String name : List.of("prediction", "net/x", "")) {
      assertThatThrownBy(() -> train(new LinearRegressionSpec(name, "y"), DATA.dataset(false)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("'prediction'");
    }
    assertThatThrownBy(() -> train(new LinearRegressionSpec("x", "x"), DATA.dataset(false)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("both features and target");
  }

  @Test
  void refusesTargetsThatAreNotFinite() {
    double[] y = DATA.y.clone();
    y[7] = Double.NaN;
    assertThatThrownBy(() -> train(spec(), new LinearData(DATA.x, y).dataset(false)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("'y'", "row 7", "NaN", "finite");
  }

  @Test
  void refusesMoreParametersThanItSolvesFor() {
    LinearData wide = new LinearData(new double[2][4096], new double[2]);
    assertThatThrownBy(() -> train(spec(), wide.dataset(false)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("4096 features", "at most 4096");
  }
}

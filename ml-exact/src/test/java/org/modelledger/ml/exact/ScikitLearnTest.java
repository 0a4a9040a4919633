package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Holds what we find against what scikit-learn 1.7.2 does, see {@code scikit-learn/make_expected.py}. */
class ScikitLearnTest {
  private static final Map<String, double[]> EXPECTED = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = resource("expected.txt")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        String[] parts = line.split(" = ", 2);
        EXPECTED.put(parts[0],
            Arrays.stream(parts[1].split(" ", -1)).mapToDouble(Double::parseDouble).toArray());
      }
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        ScikitLearnTest.class.getResourceAsStream("scikit-learn/" + name), name);
  }

  private static double[] expected(String name) {
    return Objects.requireNonNull(EXPECTED.get(name), name);
  }

  private static LinearData table(String name) throws IOException {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        new GZIPInputStream(resource(name + ".csv.gz")), StandardCharsets.UTF_8))) {
      List<double[]> rows = reader.lines()
          .map(line -> Arrays.stream(line.split(",", -1))
              .mapToDouble(Double::parseDouble)
              .toArray())
          .toList();
      int width = rows.getFirst().length - 1;
      return new LinearData(
          rows.stream().map(row -> Arrays.copyOf(row, width)).toArray(double[][]::new),
          rows.stream().mapToDouble(row -> row[width]).toArray());
    }
  }

  private static TrainedModel train(TrainingSpec spec, LinearData data)
      throws InterruptedException {
    try (Trainer trainer = ExactTrainerProvider.open(1, InstantSource.system())) {
      return trainer.train(spec, data.dataset(true), TrainingListener.NONE);
    }
  }

  private static void equal(double[] actual, double[] expected, double relative) {
    double greatest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("number %s", i).isCloseTo(expected[i], within(relative * greatest));
    }
  }

  /** The weights of the outputs from the first on, one output after the other, as scikit-learn has them. */
  private static double[] weights(LinearModel model, int first) {
    int outputs = model.intercepts.length - first;
    double[] flat = new double[outputs * model.weights.length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = model.weights[i % model.weights.length][first + i / model.weights.length];
    }
    return flat;
  }

  @ParameterizedTest
  @CsvSource({"ordinary, 0, 0, false", "ridge, 0, 0.5, true", "lasso, 1.5, 0, true",
      "elastic-net, 0.2, 0.3, true"})
  void findsTheSameLinearRegressions(String name, double l1, double l2, boolean standardize)
      throws IOException, InterruptedException {
    LinearRegressionSpec spec = new LinearRegressionSpec("x", "y").l1(l1).l2(l2);
    TrainedModel trained = train(
        (standardize ? spec.standardize() : spec).toTrainingSpec(), table("diabetes"));
    LinearModel model = LinearModel.of(trained);
    double[] weights = weights(model, 0);
    equal(weights, expected("diabetes " + name + " weights"), 1e-7);
    equal(model.intercepts, expected("diabetes " + name + " intercept"), 1e-7);
    equal(new double[]{trained.metrics().get("train.r2")}, expected("diabetes " + name + " r2"),
        1e-9);
    for (int j = 0; j < weights.length; j++) {
      assertThat(weights[j] == 0).isEqualTo(expected("diabetes " + name + " weights")[j] == 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"breast-cancer l2, 0, 0.01, 1e-7", "breast-cancer l1, 0.02, 0, 1e-5",
      "iris l2, 0, 0.01, 1e-6"})
  void findsTheSameLogisticRegressions(String name, double l1, double l2, double precision)
      throws IOException, InterruptedException {
    LinearData data = table(name.split(" ", 2)[0]);
    TrainedModel trained = train(new LogisticRegressionSpec("x", "y").l1(l1)
        .l2(l2)
        .standardize()
        .tolerance(1e-10)
        .toTrainingSpec(), data);
    LinearModel model = LinearModel.of(trained);
    int first = model.intercepts.length == 2 ? 1 : 0;
    equal(weights(model, first), expected(name + " weights"), precision);
    equal(Arrays.copyOfRange(model.intercepts, first, model.intercepts.length),
        expected(name + " intercept"), precision);
    equal(new double[]{trained.metrics().get("train.loss")}, expected(name + " loss"), precision);
    assertThat(trained.metrics().get("train.accuracy"))
        .isCloseTo(expected(name + " accuracy")[0], within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void findsClustersThatAreAsGood(int clusters) throws IOException, InterruptedException {
    TrainedModel trained = train(
        new KMeansSpec("x").clusters(clusters).restarts(100).toTrainingSpec(), table("iris"));
    equal(new double[]{trained.metrics().get("inertia")}, expected("iris k-means " + clusters),
        1e-9);
  }

  @Test
  void fitsTheSameSigmoid() throws IOException {
    LinearData data = table("scores");
    double[] logOdds = new double[data.rows()];
    boolean[] positive = new boolean[data.rows()];
    for (int r = 0; r < logOdds.length; r++) {
      logOdds[r] = CalibratedGraph.logOdds(data.x[r][0]);
      positive[r] = data.y[r] == 1;
    }
    PlattScaling fit = PlattScaling.fit(logOdds, positive);
    equal(new double[]{fit.slope(), fit.intercept()}, expected("sigmoid"), 1e-4);
  }

  @Test
  void fitsTheSameLineThatNeverFalls() throws IOException {
    LinearData data = table("scores");
    double[] x = new double[data.rows()];
    boolean[] positive = new boolean[data.rows()];
    double[][] scores = new double[data.rows()][2];
    int[] labels = new int[data.rows()];
    for (int r = 0; r < x.length; r++) {
      x[r] = data.x[r][0];
      positive[r] = data.y[r] == 1;
      labels[r] = (int) data.y[r];
      scores[r] = new double[]{1 - x[r], x[r]};
    }
    IsotonicFit fit = IsotonicFit.fit(x, positive);
    double[] expected = expected("isotonic");
    double least = 1.0 / (x.length + 2);
    for (int i = 0; i < expected.length; i++) {
      double at = (double) i / (expected.length - 1);
      double value = fit.first();
      for (IsotonicFit.Ramp ramp : fit.ramps()) {
        double share = (at - ramp.from()) / (ramp.to() - ramp.from());
        value += ramp.height() * Math.min(1, Math.max(0, share));
      }
      // theirs may be certain, ours may not
      assertThat(value).isCloseTo(Math.min(1 - least, Math.max(least, expected[i])),
          within(2 * least));
    }
    Reliability reliability = Reliability
        .of(new Scores(org.modelledger.inference.DataType.FP64, scores, labels));
    assertThat(reliability.brier()).isCloseTo(expected("uncalibrated brier")[0], within(1e-12));
  }
}

package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.InstantSource;
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

class LogisticRegressionTest {
  private final Trainer trainer = ExactTrainerProvider.open(2, InstantSource.fixed(Instant.EPOCH));

  @AfterEach
  void close() {
    trainer.close();
  }

  private static LogisticRegressionSpec spec() {
    return new LogisticRegressionSpec("x", "y");
  }

  private TrainedModel train(LogisticRegressionSpec spec, Dataset data)
      throws InterruptedException {
    return trainer.train(spec.toTrainingSpec(), data, TrainingListener.NONE);
  }

  private static Tensors run(TrainedModel model, Tensor x) throws InterruptedException {
    try (LoadedModel loaded = OnnxGraphs.load(model.files().read("model.onnx"))) {
      return loaded.run(Tensors.of("x", x));
    }
  }

  private static double[][] rows(Dataset data) {
    double[] flat = data.read(0, (int) data.rows()).get("x").toDoubles();
    int width = flat.length / (int) data.rows();
    double[][] rows = new double[(int) data.rows()][width];
    for (int i = 0; i < flat.length; i++) {
      rows[i / width][i % width] = flat[i];
    }
    return rows;
  }

  /** The mean of (label - probability) times feature is what the penalty asks for. */
  @ParameterizedTest
  @CsvSource({"2, 0, 0.01, false", "2, 0, 0.01, true", "2, 0.01, 0, false", "2, 0.01, 0, true",
      "2, 0.01, 0.02, true", "2, 0, 0, false", "3, 0, 0.01, false", "3, 0.01, 0, true",
      "5, 0.005, 0.02, false", "5, 0, 0.1, true", "4, 0, 0, true"})
  void meetsTheConditionsOfAnOptimum(int classes, double l1, double l2, boolean standardize)
      throws InterruptedException {
    Dataset data = Golden.clusters(250, 4, classes, 3, true);
    LogisticRegressionSpec spec = spec().l1(l1).l2(l2);
    TrainedModel trained = train(standardize ? spec.standardize() : spec, data);
    LinearModel model = LinearModel.of(trained);
    double[][] x = rows(data);
    long[] labels = data.read(0, x.length).get("y").toLongs();
    double[] scores = run(trained, data.read(0, x.length).get("x")).get("scores").toDoubles();
    double objective = 0;
    for (int r = 0; r < x.length; r++) {
      objective -= Math.log(scores[r * classes + (int) labels[r]]) / x.length;
    }
    for (int k = classes == 2 ? 1 : 0; k < classes; k++) {
      double residuals = 0;
      double[] correlation = new double[x[0].length];
      for (int r = 0; r < x.length; r++) {
        double residual = (labels[r] == k ? 1 : 0) - scores[r * classes + k];
        residuals += residual / x.length;
        for (int j = 0; j < correlation.length; j++) {
          correlation[j] += residual * model.feature(x[r], j) / x.length;
        }
      }
      assertThat(residuals).isCloseTo(0, within(1e-8));
      for (int j = 0; j < correlation.length; j++) {
        double weight = model.weights[j][k];
        objective += l1 * Math.abs(weight) + l2 * weight * weight / 2;
        if (weight == 0) {
          assertThat(Math.abs(correlation[j])).isLessThanOrEqualTo(l1 + 1e-7);
        } else {
          assertThat(correlation[j]).isCloseTo(l1 * Math.signum(weight) + l2 * weight,
              within(1e-7));
        }
      }
    }
    assertThat(trained.metrics()).containsEntry("converged", 1.0);
    assertThat(trained.metrics().get("optimality")).isLessThanOrEqualTo(1e-8);
    assertThat(trained.metrics().get("objective")).isCloseTo(objective, within(1e-9));
    assertThat(trained.metrics().get("iterations")).isLessThan(30);
  }

  @Test
  void l1MakesWeightsThatAreExactlyZero() throws InterruptedException {
    Dataset data = Golden.clusters(300, 20, 3, 6, false);
    TrainedModel trained = train(spec().l1(0.05).standardize(), data);
    long zeros = Arrays.stream(LinearModel.of(trained).weights)
        .flatMapToDouble(Arrays::stream)
        .filter(weight -> weight == 0)
        .count();
    assertThat(zeros).isBetween(10L, 59L);
    assertThat(trained.metrics()).containsEntry("weights.nonZero", 60.0 - zeros);
    assertThat(train(spec().l1(10).standardize(), data).metrics()).containsEntry("weights.nonZero",
        0.0);
  }

  @Test
  void withoutWeightsTheProbabilitiesAreTheShares() throws InterruptedException {
    Dataset data = Golden.clusters(300, 5, 4, 6, true);
    long[] labels = data.read(0, 300).get("y").toLongs();
    double[] scores = run(train(spec().l1(100), data), data.read(0, 1).get("x")).get("scores")
        .toDoubles();
    for (int k = 0; k < 4; k++) {
      int label = k;
      double share = Arrays.stream(labels).filter(l -> l == label).count() / 300.0;
      assertThat(scores[k]).isCloseTo(share, within(1e-7));
    }
  }

  @Test
  void twoClassesAreTwoColumnsWhoseWeightsAreTheLogOdds() throws InterruptedException {
    Dataset data = Golden.clusters(200, 4, 2, 3, true);
    TrainedModel trained = train(spec().l2(0.01), data);
    LinearModel model = LinearModel.of(trained);
    double[][] x = rows(data);
    Tensors outputs = run(trained, data.read(0, x.length).get("x"));
    double[] scores = outputs.get("scores").toDoubles();
    long[] labels = outputs.get("label").toLongs();
    for (int r = 0; r < x.length; r++) {
      assertThat(model.sum(x[r], 0)).isZero();
      double logOdds = model.sum(x[r], 1);
      assertThat(scores[2 * r + 1]).isCloseTo(1 / (1 + Math.exp(-logOdds)), within(1e-12));
      assertThat(scores[2 * r] + scores[2 * r + 1]).isCloseTo(1, within(1e-12));
      assertThat(labels[r]).isEqualTo(logOdds > 0 ? 1 : 0);
    }
  }

  @Test
  void labelsMayChangePlaces() throws InterruptedException {
    Dataset data = Golden.clusters(200, 4, 2, 3, true);
    Tensors columns = data.read(0, 200);
    long[] labels = columns.get("y").toLongs();
    for (int r = 0; r < labels.length; r++) {
      labels[r] = 1 - labels[r];
    }
    Dataset swapped = Dataset.of("swapped",
        Tensors.of("x", columns.get("x"), "y", Tensor.of(labels, 200)));
    double[] scores = run(train(spec().l2(0.01), data), columns.get("x")).get("scores").toDoubles();
    double[] others = run(train(spec().l2(0.01), swapped), columns.get("x")).get("scores")
        .toDoubles();
    for (int r = 0; r < labels.length; r++) {
      assertThat(others[2 * r]).isCloseTo(scores[2 * r + 1], within(1e-7));
    }
  }

  @Test
  void standardizedFeaturesMayHaveAnyUnit() throws InterruptedException {
    Dataset data = Golden.clusters(200, 4, 3, 3, true);
    Tensors columns = data.read(0, 200);
    double[] flat = columns.get("x").toDoubles();
    for (int i = 0; i < flat.length; i++) {
      flat[i] *= 0x1p9;
    }
    Tensor other = Tensor.of(flat, 200, 4);
    TrainedModel one = train(spec().standardize().l1(0.01), data);
    TrainedModel two = train(spec().standardize().l1(0.01),
        Dataset.of("other", Tensors.of("x", other, "y", columns.get("y"))));
    assertThat(run(two, other)).isEqualTo(run(one, columns.get("x")));
  }

  @Test
  void labelsThatCanBeToldApartEndAsWell() throws InterruptedException {
    Dataset data = Dataset.of("apart", Tensors.of("x",
        Tensor.of(new double[]{1, 2, 3, 7, 8, 9}, 6, 1), "y",
        Tensor.of(new long[]{0, 0, 0, 1, 1, 1}, 6)));
    TrainedModel trained = train(spec(), data);
    assertThat(trained.metrics()).containsEntry("converged", 1.0)
        .containsEntry("train.accuracy", 1.0);
    assertThat(trained.metrics().get("train.loss")).isLessThan(1e-6);
  }

  @Test
  void aClassThatNeverOccursIsImprobable() throws InterruptedException {
    Dataset data = Golden.clusters(200, 4, 3, 3, true);
    TrainedModel trained = train(spec().l2(0.1).classes(5), data);
    double[] scores = run(trained, data.read(0, 200).get("x")).get("scores").toDoubles();
    for (int r = 0; r < 200; r++) {
      assertThat(scores[5 * r + 3] + scores[5 * r + 4]).isLessThan(1e-6);
    }
  }

  @Test
  void saysSoWhereItDidNotConverge() throws InterruptedException {
    TrainedModel trained = train(spec().maxIterations(2), Golden.clusters(200, 4, 3, 3, true));
    assertThat(trained.metrics()).containsEntry("iterations", 2.0)
        .containsEntry("converged", 0.0)
        .containsEntry("warning.notConverged", 1.0);
    assertThat(trained.metrics().get("optimality")).isGreaterThan(1e-8);
  }

  @Test
  void savesTheGraphOfAClassifier() throws InterruptedException {
    Dataset data = Golden.clusters(100, 5, 3, 2, false);
    TrainedModel trained = trainer.train(spec().standardize().l2(0.1).toTrainingSpec(), data,
        Optional.of(Golden.clusters(30, 5, 3, 2, false)), TrainingListener.NONE);
    OnnxModel graph = OnnxReader.read(trained.files().read("model.onnx"));
    assertThat(graph.nodes()).extracting(OnnxNode::operator)
        .containsExactly("Sub", "Div", "Gemm", "Softmax", "ArgMax");
    try (LoadedModel loaded = OnnxGraphs.load(trained.files().read("model.onnx"))) {
      assertThat(loaded.inputs()).hasToString("[x: FP32 [?, 5]]");
      assertThat(loaded.outputs()).hasToString("[scores: FP32 [?, 3], label: INT64 [?]]");
    }
    assertThat(trained.metrics()).containsOnlyKeys("train.loss", "train.accuracy",
        "validation.loss", "validation.accuracy", "iterations", "objective", "optimality",
        "converged", "weights.nonZero");
  }

  @Test
  void canBeMadeAnIntegerNetwork() throws InterruptedException {
    Dataset data = Golden.clusters(300, 5, 3, 2, false);
    TrainedModel trained = train(spec().l2(0.01), data);
    assertThat(IntegerExporter.export(trained, data, data).agreement()).isGreaterThan(0.9);
    TrainedModel numbers = trainer.train(new LinearRegressionSpec("x", "y").toTrainingSpec(), data,
        TrainingListener.NONE);
    assertThatThrownBy(() -> IntegerExporter.export(numbers, data, data))
        .hasMessageContainingAll("label", "prediction");
  }

  @Test
  void theTypedSpecificationSaysTheSame() {
    TrainingSpec typed = spec().l1(0.5)
        .l2(0.25)
        .standardize()
        .tolerance(1e-6)
        .maxIterations(7)
        .classes(4)
        .toTrainingSpec();
    assertThat(typed.algorithm()).isEqualTo("logistic-regression");
    assertThat(LinearSettings.of(typed))
        .isEqualTo(new LinearSettings(0.5, 0.25, true, 1e-6, 7, 4));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"l1|-1|0.0", "l2|NaN|a number", "standardize|yes|true",
      "tolerance|0|1.0E-14", "maxIterations|0|1 to", "classes|1|2 to 4096", "C|1|maxIterations"})
  void refusesHyperParametersThatAreWrong(String name, String value, String expected) {
    TrainingSpec wrong = TrainingSpec.builder("logistic-regression")
        .features("x")
        .target("y")
        .parameter(name, value)
        .build();
    assertThatThrownBy(() -> trainer.train(wrong, Golden.clusters(9, 2, 2, 1, false),
        TrainingListener.NONE)).isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'" + name + "'", expected);
  }

  @Test
  void refusesDataThatDoNotFit() {
    for (String name : List.of("scores", "label", "net/x", "y")) {
      assertThatThrownBy(() -> train(new LogisticRegressionSpec(name, "y"),
          Golden.clusters(9, 2, 2, 1, false))).isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("'" + name + "'");
    }
    assertThatThrownBy(() -> train(spec().classes(2), Golden.clusters(90, 2, 3, 1, false)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("'y'", "0 to 1");
    Dataset wide = Dataset.of("wide", Tensors.of("x", Tensor.of(new float[3 * 1500], 3, 1500), "y",
        Tensor.of(new long[]{0, 1, 2}, 3)));
    assertThatThrownBy(() -> train(spec(), wide)).isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("1500 features", "3 outputs", "softmax-regression");
  }
}

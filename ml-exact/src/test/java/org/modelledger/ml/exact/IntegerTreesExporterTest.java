package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingException;

class IntegerTreesExporterTest {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());
  private static final int FOLDS = 5;

  @BeforeEach
  void seed(TestReporter reporter) {
    reporter.publishEntry("modelledger.seed", Long.toString(SEED));
  }

  private static ModelFiles files(byte[] graph) {
    return ModelFiles.of(Map.of("model.onnx", graph));
  }

  /** Whatever the nodes ask, and whatever the rows have, the leaves are the same: leaves of 32 bits show it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyDecisionIsTheOneInFloatingPoint(boolean float64) {
    Xoshiro256 random = Xoshiro256.seeded(SEED, 99);
    for (List<String> modes : List.of(List.of("BRANCH_LEQ"), TestTrees.THRESHOLDS,
        List.of("BRANCH_EQ"), List.of("BRANCH_EQ", "BRANCH_NEQ"), TestTrees.ALL_MODES)) {
      for (int i = 0; i < 20; i++) {
        TestTrees trees = TestTrees.random(random, 1 + random.nextInt(9), 1 + random.nextInt(12),
            3, 1, modes);
        IntegerTreesExporter.Quantized quantized = IntegerTreesExporter
            .quantize(files(trees.regressor(float64)), LeafType.INT32);
        assertThat(quantized.merged()).isZero();
        IntegerTrees integers = quantized.trees();
        for (int r = 0; r < 100; r++) {
          double[] row = TestTrees.row(random, 3);
          double[] columns = Arrays.copyOf(row, integers.inputs());
          assertThat(integers.meaning(integers.run(integers.toBytes(columns)))[0])
              .as("%s of %s in %s", Arrays.toString(row), modes, trees.trees)
              .isCloseTo(trees.score(row, float64)[0], within(1e-5));
        }
      }
    }
  }

  /** Rows that no training has seen, with what is missing and what is no category. */
  @ParameterizedTest
  @CsvSource({"false, 0", "false, 2", "false, 4", "true, 0", "true, 2", "true, 4"})
  void trainedTreesDecideTheSame(boolean float64, int classes) throws InterruptedException {
    TreeTables.Shape shape = TreeTables.Shape.of(3000, 7).missing(0.05).categories(200);
    Dataset data = TreeTables.make(float64 ? shape.doubles() : shape, classes, 3).data();
    TreeTables.Shape other = TreeTables.Shape.of(2000, 7).missing(0.2).categories(230);
    Dataset unseen = TreeTables.make(float64 ? other.doubles() : other, classes, 4).data();
    GradientBoostingSpec boosting = new GradientBoostingSpec("x", "y").rounds(30)
        .missingAsNan()
        .categorical(6);
    RandomForestSpec forest = new RandomForestSpec("x", "y").trees(20)
        .missingAsNan()
        .categorical(6);
    for (TreeSpec<?> spec : List.of(switch (classes) {
      case 0 -> boosting.squaredError();
      case 2 -> boosting.logistic();
      default -> boosting.softmax();
    }, classes == 0 ? forest.squaredError() : forest.gini())) {
      TrainedModel trained = TreeTables.train(spec.toTrainingSpec(), data);

      IntegerTreesExport export = IntegerTreesExporter.export(trained, LeafType.INT32, unseen);

      assertThat(export.mergedSplits()).isZero();
      assertThat(export.loss().greatestDifference()).isLessThan(1e-4);
      if (classes > 0) {
        // votes of a forest are equal now and then, but for a rounding
        assertThat(export.loss().agreement().orElseThrow()).isGreaterThan(0.99);
      }
      IntegerLoss narrow = IntegerTreesExporter.export(trained, LeafType.INT8, unseen).loss();
      assertThat(narrow.greatestDifference()).isLessThan(0.2);
    }
  }

  /** Of scikit-learn and XGBoost, where the graph is trees alone. */
  @ParameterizedTest
  @ValueSource(strings = {"sklearn-forest-iris", "sklearn-forest-cancer",
      "sklearn-histogram-cancer", "sklearn-forest-diabetes", "sklearn-boosted-diabetes",
      "xgboost-cancer", "xgboost-iris", "xgboost-diabetes"})
  void treesFromElsewhereDecideTheSame(String name) throws InterruptedException {
    IntegerTrees trees = IntegerTreesExporter
        .quantize(files(Elsewhere.model(name)), LeafType.INT32)
        .trees();
    try (LoadedModel model = OnnxGraphs.load(Elsewhere.model(name))) {
      Tensors inputs = Elsewhere.inputs(name, model, 0, Elsewhere.rows(name));
      float[] scores = Elsewhere.scores(model.run(inputs)).toFloats();
      float[] numbers = inputs.get(trees.input()).toFloats();
      int each = scores.length / Elsewhere.rows(name);
      for (int r = 0; r < Elsewhere.rows(name); r++) {
        double[] row = new double[trees.inputs()];
        for (int i = 0; i < row.length; i++) {
          row[i] = numbers[r * row.length + i];
        }
        double[] means = trees.meaning(trees.run(trees.toBytes(row)));
        for (int k = 0; k < each; k++) {
          assertThat(means[k]).as("row %d", r)
              .isCloseTo(scores[r * each + k], within(1e-6 * Math.max(1, Math.abs(means[k]))));
        }
      }
    }
  }

  /** Sums over the folds. */
  private static final class Sums {
    double floats;
    double integers;
    double floatAuc;
    double integerAuc;
    double agreement;
    double greatest;

    void add(IntegerLoss loss, boolean classifies) {
      floats += quality(loss.byFloat(), classifies) / FOLDS;
      integers += quality(loss.byInteger(), classifies) / FOLDS;
      floatAuc += loss.byFloat().auc().orElse(0) / FOLDS;
      integerAuc += loss.byInteger().auc().orElse(0) / FOLDS;
      agreement += 100 * loss.agreement().orElse(0) / FOLDS;
      greatest = Math.max(greatest, loss.greatestDifference());
    }

    private static double quality(IntegerLoss.Quality quality, boolean classifies) {
      return classifies
          ? 100 * quality.accuracy().orElseThrow()
          : quality.rootMeanSquare().orElseThrow();
    }

    @Override
    public String toString() {
      return "float %s, whole numbers %s, AUC %s and %s, agreement %s, greatest difference %s"
          .formatted(floats, integers, floatAuc, integerAuc, agreement, greatest);
    }
  }

  /** What docs/exact.md has in its table. Every row is held out once, in one of five folds. */
  private static Map<LeafType, Sums> sums(String table, String model, int classes,
      TestReporter reporter) throws IOException, InterruptedException {
    Map<LeafType, Sums> sums = new TreeMap<>();
    TestTable rows = TestTable.read(table);
    GradientBoostingSpec boosting = new GradientBoostingSpec("x", "y").rounds(100)
        .numLeaves(15)
        .minSamplesLeaf(10);
    // leaves of one row alone are sure of what they say, and then there is nothing to round
    RandomForestSpec forest = new RandomForestSpec("x", "y").trees(100).minSamplesLeaf(5);
    TreeSpec<?> spec = model.equals("forest")
        ? classes == 0 ? forest.squaredError() : forest.gini()
        : switch (classes) {
          case 0 -> boosting.squaredError();
          case 2 -> boosting.logistic();
          default -> boosting.softmax();
        };
    for (int fold = 0; fold < FOLDS; fold++) {
      TrainedModel trained = TreeTables.train(spec.toTrainingSpec(),
          rows.fold(fold, FOLDS, false));
      for (LeafType leaves : List.of(LeafType.INT8, LeafType.INT16)) {
        IntegerTreesExport export = IntegerTreesExporter.export(trained, leaves,
            rows.fold(fold, FOLDS, true));
        assertThat(export.mergedSplits()).isZero();
        sums.computeIfAbsent(leaves, unused -> new Sums()).add(export.loss(), classes > 0);
      }
    }
    sums.forEach((leaves, sum) -> reporter
        .publishEntry(table + ", " + model + ", " + leaves, sum.toString()));
    return sums;
  }

  @ParameterizedTest
  @CsvSource({"breast-cancer, boosting, 2", "breast-cancer, forest, 2",
      "covertype-like, boosting, 7", "covertype-like, forest, 7"})
  void classifiersLoseLittle(String table, String model, int classes, TestReporter reporter)
      throws IOException, InterruptedException {
    Map<LeafType, Sums> sums = sums(table, model, classes, reporter);
    Sums narrow = Objects.requireNonNull(sums.get(LeafType.INT8));
    Sums wide = Objects.requireNonNull(sums.get(LeafType.INT16));
    assertThat(narrow.floats).isGreaterThan(80);
    assertThat(narrow.floats - narrow.integers).isLessThan(0.3);
    assertThat(narrow.agreement).isGreaterThan(99.5);
    assertThat(narrow.greatest).isLessThan(0.1);
    assertThat(Math.abs(narrow.floatAuc - narrow.integerAuc)).isLessThan(0.001);
    assertThat(wide.floats - wide.integers).isLessThan(0.05);
    assertThat(wide.agreement).isGreaterThan(99.9);
    assertThat(wide.greatest).isLessThan(0.001);
    assertThat(Math.abs(wide.floatAuc - wide.integerAuc)).isLessThan(0.0001);
  }

  @ParameterizedTest
  @ValueSource(strings = {"boosting", "forest"})
  void numbersLoseLittle(String model, TestReporter reporter)
      throws IOException, InterruptedException {
    Map<LeafType, Sums> sums = sums("diabetes", model, 0, reporter);
    Sums narrow = Objects.requireNonNull(sums.get(LeafType.INT8));
    Sums wide = Objects.requireNonNull(sums.get(LeafType.INT16));
    assertThat(narrow.integers).isCloseTo(narrow.floats, within(0.001 * narrow.floats));
    // of targets from 25 to 346
    assertThat(narrow.greatest).isLessThan(2);
    assertThat(wide.integers).isCloseTo(wide.floats, within(0.00001 * wide.floats));
    assertThat(wide.greatest).isLessThan(0.01);
  }

  @Test
  void theArtifactIsAModelLikeAnyOther() throws InterruptedException {
    Dataset data = Golden.clusters(200, 5, 3, 1, false);
    Dataset heldOut = Golden.clusters(90, 5, 3, 2, false);
    TrainedModel trained = TreeTables
        .train(new GradientBoostingSpec("x", "y").softmax().rounds(10).toTrainingSpec(), data);

    IntegerTreesExport export = IntegerTreesExporter.export(trained, LeafType.INT8, heldOut);

    assertThat(export.model().files().names()).containsExactly("trees.int8/0000");
    assertThat(export.model().metrics()).containsAllEntriesOf(export.loss().metrics())
        .containsEntry("splits.merged", 0.0)
        .containsKeys("float.accuracy", "integer.accuracy", "agreement", "greatestDifference")
        .doesNotContainKeys("float.auc", "float.rmse");
    assertThat(export.model().facts().parents()).containsExactly(
        Digest.sha256(Digest.sha256(trained.files().read("model.onnx")).bytes()));
    assertThat(export.model().facts().data()).containsAll(data.sources())
        .containsAll(heldOut.sources());
    assertThat(export.model().facts().spec()).isEqualTo(trained.facts().spec());
    assertThat(export.measure(trained, heldOut)).isEqualTo(export.loss());
    assertThat(export.measure(trained, data).rows()).isEqualTo(200);
    try (InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
        LoadedModel model = engine.load(export.model().files())) {
      assertThat(model.determinism()).isEqualTo(Determinism.BIT_EXACT);
      assertThat(model.inputs()).hasToString("[x: FP32 [?, 5]]");
      assertThat(model.outputs()).hasToString("[scores: INT32 [?, 3], label: INT64 [?]]");
      Tensors outputs = model.run(Tensors.of("x", heldOut.read(0, 90).get("x")));
      long[] labels = outputs.get("label").toLongs();
      long[] wanted = heldOut.read(0, 90).get("y").toLongs();
      int right = 0;
      for (int r = 0; r < 90; r++) {
        right += labels[r] == wanted[r] ? 1 : 0;
      }
      assertThat(right / 90.0).isEqualTo(export.loss().byInteger().accuracy().orElseThrow());
    }
  }

  @Test
  void aRegressionAlsoYieldsWhatItsScoresStandFor() throws InterruptedException {
    Dataset data = TreeTables.make(TreeTables.Shape.of(300, 4).doubles(), 0, 3).data();
    TrainedModel trained = TreeTables
        .train(new RandomForestSpec("x", "y").squaredError().trees(5).toTrainingSpec(), data);
    IntegerTreesExport export = IntegerTreesExporter.export(trained, LeafType.INT16, data);
    try (InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
        LoadedModel model = engine.load(export.model().files())) {
      assertThat(model.outputs()).hasToString("[scores: INT32 [?, 1], prediction: FP64 [?, 1]]");
      Tensors outputs = model.run(Tensors.of("x", data.read(0, 300).get("x")));
      int[] scores = outputs.get("scores").toInts();
      double[] predictions = outputs.get("prediction").toDoubles();
      for (int r = 0; r < 300; r++) {
        assertThat(predictions[r])
            .isEqualTo(export.trees().offset() + export.trees().unit() * scores[r]);
      }
    }
    assertThat(export.loss().agreement()).isEmpty();
    assertThatThrownBy(() -> export.trees().label(new int[1]))
        .isInstanceOf(IllegalStateException.class);
  }

  /** A base far from 0 is the offset's; leaves keep their bits. */
  @Test
  void whatIsFarFromZeroLosesNoMore() throws InterruptedException {
    Dataset near = TreeTables.make(TreeTables.Shape.of(400, 4).doubles(), 0, 3).data();
    double[] y = near.read(0, 400).get("y").toDoubles();
    for (int r = 0; r < y.length; r++) {
      y[r] += 100_000;
    }
    Dataset far = Dataset.of("far", Tensors.of("x", near.read(0, 400).get("x"), "y",
        org.modelledger.inference.Tensor.of(y, y.length)));
    GradientBoostingSpec spec = new GradientBoostingSpec("x", "y").squaredError().rounds(20);
    IntegerLoss loss = IntegerTreesExporter
        .export(TreeTables.train(spec.toTrainingSpec(), far), LeafType.INT8, far)
        .loss();

    // what a float32 near 100,000 leaves out is 0.004 itself
    assertThat(loss.greatestDifference()).isLessThan(0.3);
  }

  @Test
  void moreThresholdsThanAByteHasRoomForAreMerged() {
    Xoshiro256 random = Xoshiro256.seeded(SEED, 99);
    TestTrees.Tree[] trees = new TestTrees.Tree[900];
    for (int i = 0; i < trees.length; i++) {
      trees[i] = new TestTrees.Branch(i % 2 == 0 ? "BRANCH_LEQ" : "BRANCH_GT", 0,
          (float) random.nextDouble(), false, new TestTrees.Leaf(1, 0), new TestTrees.Leaf(1, 1));
    }
    TestTrees many = new TestTrees(1, trees);
    IntegerTreesExporter.Quantized quantized = IntegerTreesExporter
        .quantize(files(many.regressor(false)), LeafType.INT8);

    // NaN is not greater, so half of the nodes send it to the left: it has a byte of its own
    assertThat(quantized.merged()).isEqualTo(900 - 254);
    assertThat(quantized.trees().feature(0).count()).isEqualTo(254);
    for (int r = 0; r < 200; r++) {
      double[] row = {(float) random.nextDouble()};
      IntegerTrees integers = quantized.trees();
      // about four thresholds share one: so many nodes at most may err
      assertThat(integers.meaning(integers.run(integers.toBytes(row)))[0])
          .isCloseTo(many.score(row, false)[0], within(8.0));
    }
  }

  @Test
  void refusesWhatItCannotMakeWholeNumbersOf() throws InterruptedException {
    Dataset data = Golden.clusters(60, 5, 3, 1, false);
    TrainedModel network = TreeTables.train(
        new SoftmaxSpec("x", "y").epochs(1).toTrainingSpec(), data);
    assertThatThrownBy(() -> IntegerTreesExporter.export(network, LeafType.INT8, data))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("expected one operator of trees over one input");
    TrainedModel trained = TreeTables
        .train(new RandomForestSpec("x", "y").gini().trees(3).toTrainingSpec(), data);
    assertThatThrownBy(() -> IntegerTreesExporter.export(trained, LeafType.INT8,
        Golden.clusters(9, 6, 3, 1, false))).isInstanceOf(TrainingException.class)
        .hasMessageContaining("the measured data: column 'x' has rows of shape [6]");
    assertThatThrownBy(() -> IntegerTreesExporter.export(trained, LeafType.INT8,
        Golden.clusters(50, 5, 4, 1, false))).isInstanceOf(TrainingException.class)
        .hasMessageContaining("expected a whole number from 0 to 2");

    TestTrees.Leaf leaf = new TestTrees.Leaf(1, 0.5);
    refuses(new TestTrees(1, leaf).classifier(false, 2, "NONE"), "not called 0, 1, 2");
    refuses(new TestTrees(2, new TestTrees.Leaf(1, 1, 2)).regressor(false), "2 targets");
    refuses(new TestTrees(1, leaf).regressor(false,
        new OnnxAttribute.StringValue("aggregate_function", "MIN")), "the MIN of");
    refuses(new TestTrees(1, leaf).regressor(false,
        new OnnxAttribute.StringValue("post_transform", "PROBIT")), "by PROBIT");
    refuses(new TestTrees(1, new TestTrees.Branch("BRANCH_LT", 0, Double.NEGATIVE_INFINITY, false,
        leaf, leaf)).regressor(false), "what is below -Infinity");
    refuses(new TestTrees(1, new TestTrees.Branch("BRANCH_LEQ", 0, Double.NaN, false, leaf,
        leaf)).regressor(false), "compares with NaN");
    refuses(new TestTrees(1, new TestTrees.Branch("BRANCH_LEQ", 0, 1, false,
        new TestTrees.Leaf(1, Float.POSITIVE_INFINITY), leaf)).regressor(false), "the unit is");
    List<TestTrees.Tree> categories = new ArrayList<>();
    for (int c = 0; c < 256; c++) {
      categories.add(new TestTrees.Branch("BRANCH_EQ", 0, c, false, leaf, leaf));
    }
    refuses(new TestTrees(1, categories.toArray(new TestTrees.Tree[0])).regressor(false),
        "feature 0 has 256 categories");
  }

  private static void refuses(byte[] graph, String message) {
    assertThatThrownBy(() -> IntegerTreesExporter.quantize(files(graph), LeafType.INT8))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anEngineTakesTreesOrAGraphButNotBoth() throws InterruptedException {
    Dataset data = Golden.clusters(60, 5, 3, 1, false);
    TrainedModel trained = TreeTables
        .train(new RandomForestSpec("x", "y").gini().trees(3).toTrainingSpec(), data);
    ModelFiles both = ModelFiles.of(Map.of("model.onnx", trained.files().read("model.onnx"),
        "trees.int8/0000", new byte[1]));
    try (
        InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty())) {
      assertThatThrownBy(() -> engine.load(both)).isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("or of integer trees");
    }
  }

  @Test
  void theAreaUnderTheCurveCountsPairs() {
    double[] labels = {0, 0, 1, 1, 1};
    assertThat(Comparison.auc(new double[]{1, 2, 3, 4, 5}, labels)).hasValue(1);
    assertThat(Comparison.auc(new double[]{5, 4, 3, 2, 1}, labels)).hasValue(0);
    assertThat(Comparison.auc(new double[]{1, 1, 1, 1, 1}, labels)).hasValue(0.5);
    // of six pairs four are in order and one is equal
    assertThat(Comparison.auc(new double[]{1, 3, 2, 3, 4}, labels)).hasValue(4.5 / 6);
    assertThat(Comparison.auc(new double[]{1, 2}, new double[]{1, 1})).isEmpty();
  }
}

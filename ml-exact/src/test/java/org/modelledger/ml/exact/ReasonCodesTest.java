package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.exact.TestTrees.Branch;
import org.modelledger.ml.exact.TestTrees.Leaf;
import org.modelledger.ml.exact.TestTrees.Tree;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;

class ReasonCodesTest {

  static ModelFiles files(byte[] graph) {
    return ModelFiles.of(Map.of("model.onnx", graph));
  }

  /** What is expected of a target where only some features are known (Lundberg et al., algorithm 1). */
  private static double expected(Tree tree, double[] row, int known, int target) {
    return switch (tree) {
      case Leaf leaf -> leaf.weight(target);
      case Branch branch when (known & 1 << branch.feature()) != 0 ->
        expected(branch.next(row[branch.feature()]), row, known, target);
      case Branch branch -> (branch.yes().cover() * expected(branch.yes(), row, known, target)
          + branch.no().cover() * expected(branch.no(), row, known, target)) / branch.cover();
    };
  }

  private static double expected(TestTrees trees, double[] row, int known, int target) {
    double sum = 0;
    for (Tree tree : trees.trees) {
      sum += expected(tree, row, known, target);
    }
    return sum;
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }

  /** Shapley's own formula, over every set of features. */
  private static double shapley(TestTrees trees, double[] row, int feature, int target) {
    int n = row.length;
    double value = 0;
    for (int known = 0; known < 1 << n; known++) {
      if ((known & 1 << feature) == 0) {
        int size = Integer.bitCount(known);
        value += factorial(size) * factorial(n - size - 1) / factorial(n)
            * (expected(trees, row, known | 1 << feature, target)
                - expected(trees, row, known, target));
      }
    }
    return value;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void areShapleyValuesOverEverySetOfFeatures(boolean float64) {
    long seed = Long.getLong("modelledger.seed", 20260401L);
    Xoshiro256 random = Xoshiro256.seeded(seed, 99);
    for (int round = 0; round < 25; round++) {
      TestTrees trees = TestTrees.random(random, 1 + random.nextInt(4), 1 + random.nextInt(20), 6,
          2, TestTrees.ALL_MODES);
      ReasonCodes codes = ReasonCodes.of(files(trees.regressor(float64)));
      int width = (int) codes.inputs().getFirst().shape().length(1);
      double[] row = TestTrees.row(random, width);
      Explanation explanation = codes
          .explain(Tensors.of("x", TestTrees.tensor(float64, row)))
          .getFirst();
      for (int target = 0; target < 2; target++) {
        assertThat(explanation.base(target)).as("seed %d, round %d", seed, round)
            .isCloseTo(expected(trees, row, 0, target), within(1e-12));
        for (int j = 0; j < width; j++) {
          assertThat(explanation.contributions(target)[j])
              .as("seed %d, round %d, feature %d", seed, round, j)
              .isCloseTo(shapley(trees, row, j, target), within(1e-12));
        }
      }
    }
  }

  @Test
  void withTheBaseAddUpToTheScore() throws InterruptedException {
    Xoshiro256 random = Xoshiro256.seeded(5, 99);
    TestTrees trees = TestTrees.random(random, 60, 31, 12, 3, TestTrees.THRESHOLDS);
    byte[] graph = trees.classifier(true, 3, "NONE", new OnnxAttribute.TensorValue(
        "base_values_as_tensor", OnnxTensor.ofDoubles("", new double[]{1, -2, 0.5}, 3)));
    double[][] rows = new double[20][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = TestTrees.row(random, 12);
    }
    Tensors inputs = Tensors.of("x", TestTrees.tensor(true, rows));
    List<Explanation> explanations = ReasonCodes.of(files(graph)).explain(inputs);
    try (LoadedModel model = OnnxGraphs.load(graph)) {
      float[] scores = model.run(inputs).get("y").toFloats();
      for (int i = 0; i < scores.length; i++) {
        assertThat(explanations.get(i / 3).score(i % 3)).isCloseTo(scores[i], within(1e-5));
      }
    }
  }

  @Test
  void countRowsThatComeToANode() {
    // three of four rows answer yes; the file says one half
    Tree tree = new Branch("BRANCH_LEQ", 0, 0, false, new Leaf(1, 4), new Leaf(1, 8));
    byte[] graph = new TestTrees(1, tree).regressor(false);
    Tensors row = Tensors.of("x", Tensor.of(new float[]{1}, 1, 1));
    Explanation byFile = ReasonCodes.of(files(graph)).explain(row).getFirst();
    assertThat(byFile.base(0)).isEqualTo(6);
    assertThat(byFile.contributions(0)).containsExactly(2);
    Explanation byRows = ReasonCodes
        .of(files(graph), Tensors.of("x", Tensor.of(new float[]{-1, -2, -3, 4}, 4, 1)))
        .explain(row)
        .getFirst();
    assertThat(byRows.base(0)).isEqualTo(5);
    assertThat(byRows.contributions(0)).containsExactly(3);
  }

  @Test
  void knowABranchThatNoRowTook() {
    Tree tree = new Branch("BRANCH_LEQ", 0, 0, false, new Leaf(1, 4),
        new Branch("BRANCH_LEQ", 1, 0, false, new Leaf(1, 8),
            new Branch("BRANCH_LEQ", 0, 5, false, new Leaf(1, 16), new Leaf(1, 32))));
    byte[] graph = new TestTrees(1, tree).regressor(false);
    ReasonCodes codes = ReasonCodes.of(files(graph),
        Tensors.of("x", Tensor.of(new float[]{-1, 0}, 1, 2)));
    for (double[] row : new double[][]{{1, 1}, {9, 1}, {1, -1}, {-1, 0}}) {
      Explanation explanation = codes.explain(Tensors.of("x", TestTrees.tensor(false, row)))
          .getFirst();
      assertThat(explanation.base(0)).isEqualTo(4);
      assertThat(explanation.score(0)).isCloseTo(new TestTrees(1, tree).score(row, true)[0],
          within(1e-12));
    }
  }

  @ParameterizedTest
  @CsvSource({"xgboost-diabetes, 1e-3", "sklearn-boosted-diabetes, 1e-5"})
  void agreeWithXgboostAndThePackageShap(String name, double tolerance) {
    Map<String, List<String>> theirs = Elsewhere.table(name + ".contributions.csv");
    ModelFiles files = files(Elsewhere.model(name));
    try (LoadedModel model = OnnxGraphs.load(Elsewhere.model(name))) {
      Tensors background = Elsewhere.inputs(Elsewhere.table(name + ".background.csv"), "", model,
          0, 120);
      // of scores of some 150: weights are float32 in the file, XGBoost's sums are too
      agree(ReasonCodes.of(files, background).explain(inputs(name)), theirs, tolerance);
    }
  }

  private static Tensors inputs(String name) {
    try (LoadedModel model = OnnxGraphs.load(Elsewhere.model(name))) {
      return Elsewhere.inputs(name, model, 0, Elsewhere.rows(name));
    }
  }

  private static void agree(List<Explanation> ours, Map<String, List<String>> theirs,
      double tolerance) {
    assertThat(ours).hasSize(24);
    for (int r = 0; r < ours.size(); r++) {
      Explanation explanation = ours.get(r);
      for (int j = 0; j < 10; j++) {
        assertThat(explanation.contributions(0)[j]).as("row %d, feature %d", r, j)
            .isCloseTo(Elsewhere.number(theirs, Integer.toString(j), r),
                within(tolerance));
      }
      assertThat(explanation.base(0)).isCloseTo(Elsewhere.number(theirs, "base", r),
          within(tolerance));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sklearn-texts-boosted", "sklearn-texts-logistic",
      "sklearn-logistic-cancer", "sklearn-forest-iris", "lightgbm-cancer"})
  void addUpBehindEncodersToo(String name) {
    ModelFiles files = files(Elsewhere.model(name));
    Tensors rows = inputs(name);
    double[] theirs = Elsewhere.scores(name);
    List<Explanation> explanations = ReasonCodes.of(files, rows).explain(rows);
    for (int r = 0; r < explanations.size(); r++) {
      Explanation explanation = explanations.get(r);
      double second = theirs[2 * r + 1];
      if (name.equals("sklearn-forest-iris")) {
        for (int c = 0; c < 3; c++) {
          assertThat(explanation.score(c)).isCloseTo(theirs[3 * r + c], within(1e-5));
        }
      } else {
        int output = explanation.outputs() - 1;
        double probability = 1 / (1 + StrictMath.exp(-explanation.score(output)));
        assertThat(probability).isCloseTo(second, within(1e-5));
      }
    }
  }

  @Test
  void ofALinearModelAreCoefficientTimesDistanceFromTheMean() {
    byte[] graph = OnnxGraphs.graph(OnnxDataType.FLOAT, OnnxGraphs.shape(-1, 2),
        OnnxDataType.FLOAT,
        g -> g.initializer(OnnxTensor.ofFloats("w", new float[]{2, -1, 4, 0}, 2, 2))
            .initializer(OnnxTensor.ofFloats("b", new float[]{10, 20}, 2))
            .node(OnnxNode.of("Gemm", List.of("x", "w", "b"), List.of("scores"),
                new OnnxAttribute.IntValue("transB", 1)))
            .node(OnnxNode.of("Softmax", List.of("scores"), List.of("y"))));
    Tensors row = Tensors.of("x", Tensor.of(new float[]{3, 5}, 1, 2));
    Explanation plain = ReasonCodes.of(files(graph)).explain(row).getFirst();
    assertThat(plain.contributions(0)).containsExactly(6, -5);
    assertThat(plain.base(0)).isEqualTo(10);
    Explanation against = ReasonCodes
        .of(files(graph), Tensors.of("x", Tensor.of(new float[]{0, 2, 2, 4}, 2, 2)))
        .explain(row)
        .getFirst();
    assertThat(against.contributions(0)).containsExactly(4, -2);
    assertThat(against.base(0)).isEqualTo(9);
    assertThat(against.contributions(1)).containsExactly(8, 0);
    assertThat(against.score(1)).isEqualTo(32);
    byte[] product = OnnxGraphs.graph(OnnxDataType.FLOAT, OnnxGraphs.shape(-1, 2),
        OnnxDataType.FLOAT,
        g -> g.initializer(OnnxTensor.ofFloats("w", new float[]{2, 4, -1, 0}, 2, 2))
            .initializer(OnnxTensor.ofFloats("b", new float[]{10, 20}, 2))
            .node(OnnxNode.of("MatMul", List.of("x", "w"), List.of("product")))
            .node(OnnxNode.of("Add", List.of("product", "b"), List.of("y"))));
    Explanation same = ReasonCodes.of(files(product)).explain(row).getFirst();
    assertThat(same.contributions(0)).containsExactly(6, -5);
    assertThat(same.contributions(1)).containsExactly(12, 0);
    assertThat(same.score(1)).isEqualTo(32);
  }

  @Test
  void areOrderedByWeight() {
    Explanation explanation = new Explanation(new double[]{1},
        new double[][]{{-2, 0, 3, 2, -4, 0.5}}, new double[]{10, 11, 12, 13, 14, 15});
    assertThat(explanation.top(0, 3)).extracting(Explanation.Reason::feature)
        .containsExactly(4, 2, 0);
    assertThat(explanation.top(0, 99)).hasSize(5);
    assertThat(explanation.lowering(0, 5)).extracting(Explanation.Reason::feature)
        .containsExactly(4, 0);
    assertThat(explanation.raising(0, 2))
        .containsExactly(new Explanation.Reason(2, 12, 3), new Explanation.Reason(3, 13, 2));
    assertThat(explanation.score(0)).isEqualTo(0.5);
    assertThat(explanation.features()).isEqualTo(6);
  }

  @Test
  void refuseWhatCannotBeExplained() {
    ModelFiles noCovers = files(Elsewhere.model("lightgbm-cancer"));
    assertThatThrownBy(() -> ReasonCodes.of(noCovers)).isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll("TreeEnsembleClassifier", "nodes_hitrates", "rows to count");
    byte[] none = OnnxGraphs.one(OnnxGraphs.shape(-1, 2), OnnxDataType.FLOAT, "Relu");
    assertThatThrownBy(() -> ReasonCodes.of(files(none))).isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll("0 operators that learn", "TreeEnsemble");
    byte[] greatest = new TestTrees(1, new Leaf(1, 1)).regressor(false,
        new OnnxAttribute.StringValue("aggregate_function", "MAX"));
    assertThatThrownBy(() -> ReasonCodes.of(files(greatest)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll("MAX", "SUM or AVERAGE");
    byte[] trees = new TestTrees(1,
        new Branch("BRANCH_LEQ", 0, 0, false, new Leaf(1, 1), new Leaf(1, 2))).regressor(false);
    assertThatIllegalArgumentException().isThrownBy(
        () -> ReasonCodes.of(files(trees), Tensors.of("x", Tensor.of(new float[0], 0, 1))))
        .withMessageContaining("no rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReasonCodes.of(files(trees))
            .explain(Tensors.of("x", Tensor.of(new float[4], 2, 2))))
        .withMessageContaining("'x'");
    Tree deep = new Leaf(1, 0);
    for (int i = 0; i < 1100; i++) {
      deep = new Branch("BRANCH_LEQ", 0, i, false, new Leaf(1, i), deep);
    }
    byte[] tooDeep = new TestTrees(1, deep).regressor(true);
    assertThatThrownBy(() -> ReasonCodes.of(files(tooDeep)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll("1100 deep", "1024");
  }

  @Test
  void areTheSameBitsForEveryThread() throws Exception {
    Xoshiro256 random = Xoshiro256.seeded(6, 99);
    TestTrees trees = TestTrees.random(random, 10, 20, 8, 1, TestTrees.THRESHOLDS);
    ReasonCodes codes = ReasonCodes.of(files(trees.regressor(false)));
    int width = (int) codes.inputs().getFirst().shape().length(1);
    double[] row = TestTrees.row(random, width);
    Tensors inputs = Tensors.of("x", TestTrees.tensor(false, row));
    double[] wanted = codes.explain(inputs).getFirst().contributions(0);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Callable<Boolean> task = () -> {
        boolean same = true;
        for (int i = 0; i < 50; i++) {
          same &= Arrays.equals(codes.explain(inputs).getFirst().contributions(0), wanted);
        }
        return same;
      };
      for (Future<Boolean> same : threads.invokeAll(Collections.nCopies(4, task))) {
        assertThat(same.get()).isTrue();
      }
    }
  }
}

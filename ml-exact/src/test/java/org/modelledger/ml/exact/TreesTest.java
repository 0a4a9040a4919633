package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.modelledger.ml.exact.OnnxGraphs.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.exact.TestTrees.Branch;
import org.modelledger.ml.exact.TestTrees.Leaf;
import org.modelledger.ml.exact.TestTrees.Tree;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxTensor;

class TreesTest {
  private static final double NAN = Double.NaN;

  private static Tensors run(byte[] graph, Tensor x) throws InterruptedException {
    try (LoadedModel model = load(graph)) {
      return model.run(Tensors.of("x", x));
    }
  }

  private static float[] floats(byte[] graph, double... column) throws InterruptedException {
    double[][] rows = Arrays.stream(column).mapToObj(x -> new double[]{x}).toArray(double[][]::new);
    return run(graph, TestTrees.tensor(false, rows)).get("y").toFloats();
  }

  private static OnnxAttribute text(String name, String value) {
    return new OnnxAttribute.StringValue(name, value);
  }

  private static OnnxAttribute base(float... values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return new OnnxAttribute.FloatList("base_values", list);
  }

  private static Tree branch(String mode, double value, boolean missingYes) {
    return new Branch(mode, 0, value, missingYes, new Leaf(1, 1), new Leaf(1, 2));
  }

  @ParameterizedTest
  @CsvSource({"BRANCH_LEQ, 1, 1, 2", "BRANCH_LT, 1, 2, 2", "BRANCH_GTE, 2, 1, 1",
      "BRANCH_GT, 2, 2, 1", "BRANCH_EQ, 2, 1, 2", "BRANCH_NEQ, 1, 2, 1"})
  void asksWhatTheModeSays(String mode, float below, float equal, float above)
      throws InterruptedException {
    byte[] graph = new TestTrees(1, branch(mode, 1.5, false)).regressor(false);
    assertThat(floats(graph, 1.25, 1.5, 1.75, Math.nextDown(1.5f), Math.nextUp(1.5f),
        Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY))
        .containsExactly(below, equal, above, below, above, below, above);
    byte[] zero = new TestTrees(1, branch(mode, -0.0, false)).regressor(false);
    assertThat(floats(zero, 0.0, -0.0, -Float.MIN_VALUE, Float.MIN_VALUE))
        .containsExactly(equal, equal, below, above);
  }

  @Test
  void aMissingValueGoesWhereTheNodeSays() throws InterruptedException {
    for (String mode : TestTrees.ALL_MODES) {
      assertThat(floats(new TestTrees(1, branch(mode, 0, true)).regressor(false), NAN)).as(mode)
          .containsExactly(1);
      // no comparison holds with NaN but that it is another number
      assertThat(floats(new TestTrees(1, branch(mode, 0, false)).regressor(false), NAN)).as(mode)
          .containsExactly(mode.equals("BRANCH_NEQ") ? 1 : 2);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, false, 1", "false, false, 3", "false, true, 1", "true, false, 1",
      "true, false, 3", "true, true, 2"})
  void agreesWithThePlainestEvaluationBitByBit(boolean float64, boolean allModes, int targets)
      throws InterruptedException {
    long seed = Long.getLong("modelledger.seed", 20260301L);
    Xoshiro256 random = Xoshiro256.seeded(seed, 99);
    for (int round = 0; round < 40; round++) {
      int features = 1 + random.nextInt(7);
      TestTrees trees = TestTrees.random(random, 1 + random.nextInt(19), 1 + random.nextInt(30),
          features, targets, allModes ? TestTrees.ALL_MODES : TestTrees.THRESHOLDS);
      byte[] graph = trees.regressor(float64);
      try (LoadedModel model = load(graph)) {
        int width = (int) model.inputs().getFirst().shape().length(1);
        double[][] rows = new double[1 + random.nextInt(11)][];
        double[] wanted = new double[rows.length * targets];
        for (int r = 0; r < rows.length; r++) {
          rows[r] = TestTrees.row(random, width);
          System.arraycopy(trees.score(rows[r], float64), 0, wanted, r * targets, targets);
        }
        float[] scores = model.run(Tensors.of("x", TestTrees.tensor(float64, rows)))
            .get("y")
            .toFloats();
        for (int i = 0; i < wanted.length; i++) {
          assertThat(scores[i]).as("seed %d, round %d, score %d", seed, round, i)
              .isEqualTo((float) wanted[i]);
        }
      }
    }
  }

  @Test
  void addsTreeAfterTreeInFloat32() throws InterruptedException {
    Tree[] trees = {new Leaf(1, 1e8f), new Leaf(1, 3), new Leaf(1, 3), new Leaf(1, -1e8f)};
    // each 3 is lost in 1e8, whose neighbours are 8 apart
    assertThat(floats(new TestTrees(1, trees).regressor(false), 0)).containsExactly(0);
    assertThat(run(new TestTrees(1, trees).regressor(true), TestTrees.tensor(true, new double[1]))
        .get("y")
        .toFloats()).containsExactly(6);
  }

  @Test
  void aggregates() throws InterruptedException {
    TestTrees trees = new TestTrees(2, new Leaf(1, 1, NAN), new Leaf(1, 4, -2), new Leaf(1, -3, 1));
    for (OnnxAttribute[] more : List.of(
        new OnnxAttribute[]{},
        new OnnxAttribute[]{base(10, 20)})) {
      float[] plus = more.length == 0 ? new float[2] : new float[]{10, 20};
      for (Map.Entry<String, float[]> c : List.of(Map.entry("SUM", new float[]{2, -1}),
          Map.entry("AVERAGE", new float[]{2f / 3, -1f / 3}),
          Map.entry("MIN", new float[]{-3, -2}), Map.entry("MAX", new float[]{4, 1}))) {
        List<OnnxAttribute> all = new ArrayList<>(List.of(more));
        all.add(text("aggregate_function", c.getKey()));
        assertThat(floats(trees.regressor(false, all.toArray(new OnnxAttribute[0])), 0))
            .as(c.getKey())
            .containsExactly(c.getValue()[0] + plus[0], c.getValue()[1] + plus[1]);
      }
    }
  }

  @Test
  void transformsScores() throws InterruptedException {
    TestTrees trees = new TestTrees(3, new Leaf(1, 1, 0, -2));
    assertThat(floats(trees.regressor(false, text("post_transform", "NONE")), 0))
        .containsExactly(1, 0, -2);
    assertThat(floats(trees.regressor(false, text("post_transform", "LOGISTIC")), 0))
        .containsExactly((float) (1 / (1 + StrictMath.exp(-1))), 0.5f,
            (float) (1 / (1 + StrictMath.exp(2))));
    double sum = 1 + StrictMath.exp(-1) + StrictMath.exp(-3);
    assertThat(floats(trees.regressor(false, text("post_transform", "SOFTMAX")), 0))
        .containsExactly((float) (1 / sum), (float) (StrictMath.exp(-1) / sum),
            (float) (StrictMath.exp(-3) / sum));
    double two = 1 + StrictMath.exp(-3);
    assertThat(floats(trees.regressor(false, text("post_transform", "SOFTMAX_ZERO")), 0))
        .containsExactly((float) (1 / two), 0, (float) (StrictMath.exp(-3) / two));
    float[] probit = floats(new TestTrees(3, new Leaf(1, 0.5, 0.975, 0.025)).regressor(false,
        text("post_transform", "PROBIT")), 0);
    // an approximation by definition
    assertThat(probit).containsExactly(new float[]{0, 1.96f, -1.96f}, within(0.01f));
  }

  @Test
  void ofManyClassesTheGreatestScoreWins() throws InterruptedException {
    TestTrees trees = new TestTrees(3,
        new Branch("BRANCH_LEQ", 0, 0, false, new Leaf(1, 1, NAN, 1), new Leaf(1, NAN, 2, 0.5)));
    Tensors outputs = run(trees.classifier(false, 3, "SOFTMAX", base(0, 0.25f, 0)),
        TestTrees.tensor(false, new double[]{-1}, new double[]{1}));
    assertThat(outputs.get("label").toLongs()).containsExactly(10, 11);
    double first = StrictMath.exp(0.25 - 1);
    assertThat(Arrays.copyOf(outputs.get("y").toFloats(), 3)).containsExactly(
        (float) (1 / (2 + first)), (float) (first / (2 + first)), (float) (1 / (2 + first)));
  }

  @Test
  void twoClassesMayShareOneScore() throws InterruptedException {
    TestTrees signed = new TestTrees(1,
        new Branch("BRANCH_LEQ", 0, 0, false, new Leaf(1, -1), new Leaf(1, 0.25)));
    Tensor x = TestTrees.tensor(false, new double[]{-1}, new double[]{1});
    Tensors logistic = run(signed.classifier(false, 2, "LOGISTIC"), x);
    assertThat(logistic.get("label").toLongs()).containsExactly(10, 11);
    assertThat(logistic.get("y").toFloats()).containsExactly(
        (float) (1 / (1 + StrictMath.exp(-1))), (float) (1 / (1 + StrictMath.exp(1))),
        (float) (1 / (1 + StrictMath.exp(0.25))), (float) (1 / (1 + StrictMath.exp(-0.25))));
    assertThat(run(signed.classifier(false, 2, "NONE"), x).get("y").toFloats())
        .containsExactly(1, -1, -0.25f, 0.25f);
    assertThat(run(signed.classifier(false, 2, "NONE", base(2)), x).get("y").toFloats())
        .containsExactly(-1, 1, -2.25f, 2.25f);
    // without negative weights a score is a probability
    TestTrees votes = new TestTrees(1,
        new Branch("BRANCH_LEQ", 0, 0, false, new Leaf(1, 0.5), new Leaf(1, 0.75)));
    Tensors shares = run(votes.classifier(false, 2, "NONE"), x);
    assertThat(shares.get("label").toLongs()).containsExactly(10, 11);
    assertThat(shares.get("y").toFloats()).containsExactly(0.5f, 0.5f, 0.25f, 0.75f);
  }

  @Test
  void labelsMayBeTexts() throws InterruptedException {
    TestTrees trees = new TestTrees(2,
        new Branch("BRANCH_LEQ", 0, 0, false, new Leaf(1, 1, 0), new Leaf(1, 0, 1)));
    List<OnnxAttribute> attributes = trees.attributes("class", false);
    attributes.add(new OnnxAttribute.StringList("classlabels_strings", List.of("gut", "böse")));
    byte[] graph = TestTrees.graph("TreeEnsembleClassifier", false, attributes,
        OnnxDataType.STRING, "y");
    assertThat(run(graph, TestTrees.tensor(false, new double[]{1}, new double[]{-1})).get("y")
        .toStrings()).containsExactly("böse", "gut");
  }

  @Test
  void takesWholeNumbersToo() throws InterruptedException {
    byte[] graph = OnnxGraphs.graph(OnnxDataType.INT64, OnnxGraphs.shape(-1, 1), OnnxDataType.FLOAT,
        g -> g.opset("ai.onnx.ml", 3)
            .node(new org.modelledger.onnx.OnnxNode("", "ai.onnx.ml", "TreeEnsembleRegressor",
                List.of("x"), List.of("y"), with(new TestTrees(1, branch("BRANCH_LT", 2, false))
                    .attributes("target", false), new OnnxAttribute.IntValue("n_targets", 1)))));
    assertThat(run(graph, Tensor.of(new long[]{1, 2}, 2, 1)).get("y").toFloats())
        .containsExactly(1, 2);
  }

  private static List<OnnxAttribute> with(List<OnnxAttribute> some, OnnxAttribute... more) {
    List<OnnxAttribute> all = new ArrayList<>(some);
    for (OnnxAttribute attribute : more) {
      all.removeIf(a -> a.name().equals(attribute.name()));
      all.add(attribute);
    }
    return all;
  }

  @Test
  void aChainOfEqualitiesIsASet() throws InterruptedException {
    // in the order of the chain, and with its middle first
    for (List<Long> ids : List.of(List.of(0L, 1L, 2L, 3L, 4L), List.of(1L, 0L, 2L, 3L, 4L),
        List.of(2L, 1L, 0L, 3L, 4L))) {
      List<Long> no = ids.stream()
          .map(id -> List.of(1L, 2L, 4L, 0L, 0L).get(id.intValue()))
          .toList();
      List<Long> yes = ids.stream().map(id -> id < 3 ? 3L : 0L).toList();
      List<Float> values = ids.stream()
          .map(id -> List.of(1f, 3f, 8f, 0f, 0f).get(id.intValue()))
          .toList();
      List<Long> zeros = List.of(0L, 0L, 0L, 0L, 0L);
      byte[] graph = TestTrees.graph("TreeEnsembleRegressor", false, List.of(
          new OnnxAttribute.IntList("nodes_treeids", zeros),
          new OnnxAttribute.IntList("nodes_nodeids", ids),
          new OnnxAttribute.IntList("nodes_featureids", zeros),
          new OnnxAttribute.StringList("nodes_modes",
              List.of("BRANCH_EQ", "BRANCH_EQ", "BRANCH_EQ", "LEAF", "LEAF")),
          new OnnxAttribute.FloatList("nodes_values", values),
          new OnnxAttribute.FloatList("nodes_hitrates", List.of(4f, 4f, 4f, 1f, 3f)),
          new OnnxAttribute.IntList("nodes_truenodeids", yes),
          new OnnxAttribute.IntList("nodes_falsenodeids", no),
          new OnnxAttribute.IntList("target_treeids", List.of(0L, 0L)),
          new OnnxAttribute.IntList("target_nodeids", List.of(3L, 4L)),
          new OnnxAttribute.IntList("target_ids", List.of(0L, 0L)),
          new OnnxAttribute.FloatList("target_weights", List.of(10f, 20f)),
          new OnnxAttribute.IntValue("n_targets", 1)), OnnxDataType.FLOAT, "y");
      assertThat(floats(graph, 1, 2, 3, 8, NAN)).containsExactly(10, 20, 10, 10, 20);
      Explanation why = ReasonCodes
          .of(org.modelledger.model.ModelFiles.of(Map.of("model.onnx", graph)))
          .explain(Tensors.of("x", Tensor.of(new float[]{3}, 1, 1)))
          .getFirst();
      assertThat(why.base(0)).isEqualTo(17.5);
      assertThat(why.contributions(0)).containsExactly(-7.5);
    }
  }

  private static void refuses(UnaryOperator<List<OnnxAttribute>> change, String... parts) {
    TestTrees trees = new TestTrees(1, branch("BRANCH_LEQ", 0, false),
        new Branch("BRANCH_LEQ", 0, 1, false, branch("BRANCH_LEQ", 0, false), new Leaf(1, 5)));
    List<OnnxAttribute> attributes = with(trees.attributes("target", false),
        new OnnxAttribute.IntValue("n_targets", 1));
    byte[] graph = TestTrees.graph("TreeEnsembleRegressor", false, change.apply(attributes),
        OnnxDataType.FLOAT, "y");
    assertThatThrownBy(() -> load(graph)).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("node 0 TreeEnsembleRegressor")
        .hasMessageContainingAll(parts);
  }

  private static UnaryOperator<List<OnnxAttribute>> setting(String name, Long... values) {
    return all -> with(all, new OnnxAttribute.IntList(name, List.of(values)));
  }

  @Test
  void refusesWhatAreNoTrees() {
    // eight nodes: 0 1 2 of tree 0, 0 1 2 3 4 of tree 1
    refuses(setting("nodes_truenodeids", 1L, 0L, 0L, 1L, 0L, 0L, 0L, 0L),
        "4 nodes or leaves that no root leads to", "cycles");
    refuses(setting("nodes_truenodeids", 0L, 0L, 0L, 1L, 2L, 0L, 0L, 0L),
        "2 nodes or leaves that no root leads to");
    refuses(setting("nodes_treeids", 0L, 0L, 0L, 1L, 1L, 1L, 1L, 2L), "leading to node 4");
    refuses(setting("nodes_truenodeids", 2L, 0L, 0L, 1L, 2L, 0L, 0L, 0L), "two nodes of tree 0");
    refuses(setting("nodes_falsenodeids", 1L, 0L, 0L, 4L, 3L, 0L, 0L, 0L), "two nodes of tree 0");
    refuses(setting("nodes_falsenodeids", 2L, 0L, 0L, 4L, 1L, 0L, 0L, 0L), "two nodes of tree 1");
    refuses(setting("nodes_falsenodeids", 2L, 0L, 0L, 2L, 3L, 0L, 0L, 0L), "two nodes of tree 1");
    refuses(setting("nodes_falsenodeids", 9L, 0L, 0L, 4L, 3L, 0L, 0L, 0L), "node 0 of tree 0",
        "node 9", "children that there are");
    refuses(setting("nodes_falsenodeids", -1L, 0L, 0L, 4L, 3L, 0L, 0L, 0L), "node -1");
    refuses(setting("nodes_nodeids", 0L, 1L, 1L, 0L, 1L, 2L, 3L, 4L), "node 1 of tree 0 twice");
    refuses(setting("nodes_featureids", 0L, 0L, 0L, 0L, -1L, 0L, 0L, 0L), "feature -1");
    refuses(setting("nodes_featureids", 0L, 0L, 0L, 0L, 1L << 40, 0L, 0L, 0L), "32 bits");
  }

  @Test
  void refusesATreeThatBeginsNowhere() {
    List<OnnxAttribute> attributes = new ArrayList<>();
    for (String name : List.of("nodes_treeids", "nodes_nodeids", "nodes_featureids",
        "nodes_truenodeids", "nodes_falsenodeids")) {
      attributes.add(new OnnxAttribute.IntList(name, List.of(0L)));
    }
    attributes.add(new OnnxAttribute.StringList("nodes_modes", List.of("BRANCH_LT")));
    attributes.add(new OnnxAttribute.FloatList("nodes_values", List.of(0f)));
    attributes.add(new OnnxAttribute.IntValue("n_targets", 1));
    byte[] graph = TestTrees.graph("TreeEnsembleRegressor", false, attributes, OnnxDataType.FLOAT,
        "y");
    assertThatThrownBy(() -> load(graph)).isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll("tree 0 without a node that none leads to", "cycles");
  }

  @Test
  void refusesListsThatDisagree() {
    for (String name : List.of("nodes_treeids", "nodes_nodeids", "nodes_featureids",
        "nodes_truenodeids", "nodes_falsenodeids", "nodes_missing_value_tracks_true", "target_ids",
        "target_treeids", "target_nodeids")) {
      refuses(setting(name, 0L, 0L), "'" + name + "' with 2 elements");
    }
    refuses(all -> with(all, new OnnxAttribute.FloatList("nodes_values", List.of(1f))),
        "'nodes_values' with 1 elements", "8");
    refuses(all -> with(all, new OnnxAttribute.FloatList("nodes_hitrates", List.of(1f))),
        "'nodes_hitrates'");
    refuses(all -> with(all, base(1, 2)), "2 base values");
    refuses(all -> with(all, new OnnxAttribute.TensorValue("nodes_values_as_tensor",
        OnnxTensor.ofFloats("", new float[8], 8))), "'nodes_values' and 'nodes_values_as_tensor'");
    refuses(all -> with(
        all.stream().filter(a -> !a.name().equals("nodes_values")).toList(),
        new OnnxAttribute.TensorValue("nodes_values_as_tensor",
            OnnxTensor.ofDoubles("", new double[8], 8))),
        "type DOUBLE", "FP32", "FLOAT");
  }

  @Test
  void refusesUnknownWordsAndTargets() {
    refuses(all -> with(all, text("post_transform", "CUBIC")), "'CUBIC'", "LOGISTIC");
    refuses(all -> with(all, text("aggregate_function", "MEDIAN")), "'MEDIAN'", "AVERAGE");
    refuses(all -> with(all, new OnnxAttribute.IntValue("n_targets", 0)), "'n_targets' as 0");
    refuses(setting("target_ids", 0L, 0L, 0L, 0L, 1L), "a weight to 1", "1 targets");
    refuses(setting("target_ids", 0L, 0L, 0L, 0L, -1L), "a weight to -1");
    refuses(setting("target_nodeids", 1L, 2L, 2L, 3L, 7L), "node 7 of tree 1");
    for (String mode : List.of("BRANCH_MEMBER", "BRANCH_ABOUT")) {
      refuses(all -> with(all, new OnnxAttribute.StringList("nodes_modes", List.of(mode, "LEAF",
          "LEAF", "BRANCH_LEQ", "BRANCH_LEQ", "LEAF", "LEAF", "LEAF"))), "'" + mode + "'",
          "BRANCH_NEQ");
    }
  }

  @Test
  void refusesRowsThatAreTooShort() {
    byte[] graph = OnnxGraphs.graph(OnnxDataType.FLOAT, OnnxGraphs.shape(-1, 1), OnnxDataType.FLOAT,
        g -> g.opset("ai.onnx.ml", 3)
            .node(new org.modelledger.onnx.OnnxNode("", "ai.onnx.ml", "TreeEnsembleRegressor",
                List.of("x"), List.of("y"),
                with(new TestTrees(1,
                    new Branch("BRANCH_LEQ", 4, 0, false, new Leaf(1, 1), new Leaf(1, 2)))
                    .attributes("target", false), new OnnxAttribute.IntValue("n_targets", 1)))));
    assertThatThrownBy(() -> load(graph)).isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll("[1, 1]", "F at least 5");
  }

  /** x0 in {1, 3}: 10, else x1 > 0.5 (or missing): 20, else 30; and a tree of one leaf, of 100. */
  private static List<OnnxAttribute> listed(boolean float64) {
    OnnxTensor splits = float64
        ? OnnxTensor.ofDoubles("", new double[]{0, 0.5, 0}, 3)
        : OnnxTensor.ofFloats("", new float[]{0, 0.5f, 0}, 3);
    OnnxTensor weights = float64
        ? OnnxTensor.ofDoubles("", new double[]{10, 20, 30, 100}, 4)
        : OnnxTensor.ofFloats("", new float[]{10, 20, 30, 100}, 4);
    OnnxTensor members = float64
        ? OnnxTensor.ofDoubles("", new double[]{1, 3, NAN}, 3)
        : OnnxTensor.ofFloats("", new float[]{1, 3, Float.NaN}, 3);
    return List.of(new OnnxAttribute.IntValue("n_targets", 1),
        new OnnxAttribute.IntList("tree_roots", List.of(0L, 2L)),
        new OnnxAttribute.IntList("nodes_featureids", List.of(0L, 1L, 0L)),
        new OnnxAttribute.TensorValue("nodes_modes",
            OnnxTensor.of("", OnnxDataType.UINT8, ByteBuffer.wrap(new byte[]{6, 3, 0}), 3)),
        new OnnxAttribute.TensorValue("nodes_splits", splits),
        new OnnxAttribute.IntList("nodes_truenodeids", List.of(0L, 1L, 3L)),
        new OnnxAttribute.IntList("nodes_trueleafs", List.of(1L, 1L, 1L)),
        new OnnxAttribute.IntList("nodes_falsenodeids", List.of(1L, 2L, 3L)),
        new OnnxAttribute.IntList("nodes_falseleafs", List.of(0L, 1L, 1L)),
        new OnnxAttribute.IntList("nodes_missing_value_tracks_true", List.of(0L, 1L, 0L)),
        new OnnxAttribute.IntList("leaf_targetids", List.of(0L, 0L, 0L, 0L)),
        new OnnxAttribute.TensorValue("leaf_weights", weights),
        new OnnxAttribute.TensorValue("membership_values", members));
  }

  @Test
  void takesTheEnsembleOfVersion5() throws InterruptedException {
    for (boolean float64 : new boolean[]{false, true}) {
      byte[] graph = TestTrees.graph("TreeEnsemble", float64, listed(float64),
          float64 ? OnnxDataType.DOUBLE : OnnxDataType.FLOAT, "y");
      Tensor y = run(graph, TestTrees.tensor(float64, new double[]{3, 0}, new double[]{2, 1},
          new double[]{NAN, 0.5}, new double[]{2, NAN})).get("y");
      double[] wanted = {110, 120, 130, 120};
      if (float64) {
        assertThat(y.toDoubles()).containsExactly(wanted);
      } else {
        assertThat(y.toFloats()).containsExactly(110, 120, 130, 120);
      }
      byte[] smallest = TestTrees.graph("TreeEnsemble", float64, with(listed(float64),
          new OnnxAttribute.IntValue("aggregate_function", 2),
          new OnnxAttribute.IntValue("post_transform", 2)),
          float64 ? OnnxDataType.DOUBLE : OnnxDataType.FLOAT, "y");
      Tensor least = run(smallest, TestTrees.tensor(float64, new double[]{3, 0})).get("y");
      double logistic = 1 / (1 + StrictMath.exp(-10));
      if (float64) {
        assertThat(least.toDoubles()).containsExactly(logistic);
      } else {
        assertThat(least.toFloats()).containsExactly((float) logistic);
      }
    }
  }

  private static void refusesListed(OnnxAttribute change, String... parts) {
    byte[] graph = TestTrees.graph("TreeEnsemble", false, with(listed(false), change),
        OnnxDataType.FLOAT, "y");
    assertThatThrownBy(() -> load(graph)).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("node 0 TreeEnsemble")
        .hasMessageContainingAll(parts);
  }

  @Test
  void refusesAnEnsembleOfVersion5ThatIsNone() {
    refusesListed(new OnnxAttribute.IntList("nodes_truenodeids", List.of(0L, 9L, 3L)), "leaf 9",
        "one of 4");
    refusesListed(new OnnxAttribute.IntList("nodes_falsenodeids", List.of(0L, 2L, 3L)),
        "node 0 leads to node 0", "cycles");
    refusesListed(new OnnxAttribute.IntList("nodes_falsenodeids", List.of(1L, 0L, 3L)),
        "leaf 0, which was reached before");
    refusesListed(new OnnxAttribute.IntList("tree_roots", List.of(0L)), "no root leads to");
    refusesListed(new OnnxAttribute.IntList("tree_roots", List.of(0L, 7L)), "node 7");
    refusesListed(new OnnxAttribute.TensorValue("nodes_modes",
        OnnxTensor.of("", OnnxDataType.UINT8, ByteBuffer.wrap(new byte[]{6, 7, 0}), 3)), "mode 7");
    refusesListed(new OnnxAttribute.TensorValue("membership_values",
        OnnxTensor.ofFloats("", new float[]{1, Float.NaN, 2}, 3)), "2 sets", "1 nodes");
    refusesListed(new OnnxAttribute.TensorValue("membership_values",
        OnnxTensor.ofFloats("", new float[0], 0)), "0 sets");
    refusesListed(new OnnxAttribute.IntValue("post_transform", 9), "'post_transform' as 9");
    refusesListed(new OnnxAttribute.IntValue("aggregate_function", -1),
        "'aggregate_function' as -1");
    refusesListed(new OnnxAttribute.IntList("leaf_targetids", List.of(0L, 0L, 0L, 1L)),
        "a weight to 1");
  }

  @Test
  void walksTreesThatAreDeeperThanAnyShouldBe() throws InterruptedException {
    int depth = 1000;
    Tree tree = new Leaf(1, depth);
    for (int i = depth - 1; i >= 0; i--) {
      tree = new Branch("BRANCH_LEQ", 0, i, false, new Leaf(1, i), tree);
    }
    byte[] graph = new TestTrees(1, tree).regressor(false);
    assertThat(floats(graph, -1, 0.5, 998.5, 3e6)).containsExactly(0, 1, 999, 1000);
  }
}

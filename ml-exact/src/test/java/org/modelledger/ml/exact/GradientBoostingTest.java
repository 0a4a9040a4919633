package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.modelledger.ml.exact.TreeTables.make;
import static org.modelledger.ml.exact.TreeTables.train;

import ai.onnxruntime.OrtException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;

class GradientBoostingTest {
  private static final int FEATURES = 7;

  private static GradientBoostingSpec spec() {
    return new GradientBoostingSpec("x", "y").rounds(20).minSamplesLeaf(5).seed(3);
  }

  private static TreeTables.Made numbers(long seed) {
    return make(TreeTables.Shape.of(600, FEATURES), 0, seed);
  }

  /** Everything at once: several types of features, missing values, and all objectives. */
  private record Case(GradientBoostingSpec spec, TreeTables.Made made, int features) {}

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int classes : new int[]{0, 2, 4}) {
      for (boolean float64 : new boolean[]{false, true}) {
        TreeTables.Shape shape = TreeTables.Shape.of(700, FEATURES).missing(0.1).categories(23);
        GradientBoostingSpec spec = spec().missingAsNan()
            .categorical(FEATURES - 1)
            .subsample(0.7)
            .featureFraction(0.8)
            .lambdaL1(0.1)
            .lambdaL2(0.5);
        cases.add(new Case(
            classes == 0 ? spec.squaredError() : classes == 2 ? spec.logistic() : spec.softmax(),
            make(float64 ? shape.doubles() : shape, classes, 5 + classes), FEATURES));
      }
    }
    return cases;
  }

  /** Which leaf a row comes to in training, by bins, is where its raw numbers lead in the saved graph. */
  @Test
  void theSavedGraphIsWhatWasMeasured() throws InterruptedException {
    for (Case c : cases()) {
      TrainedModel model = train(c.spec.toTrainingSpec(), c.made.data());
      TreeEnsembleReader trees = new TreeEnsembleReader(model);
      double loss = 0;
      double correct = 0;
      double[] y = c.made.y();
      for (int r = 0; r < y.length; r++) {
        double[] sums = trees.sums(c.made.x(), r, c.features);
        if (!model.metrics().containsKey("train.accuracy")) {
          loss += (sums[0] - y[r]) * (sums[0] - y[r]);
          continue;
        }
        double[] scores = sums.length == 1 ? new double[]{0, sums[0]} : sums;
        double total = 0;
        int best = 0;
        for (int k = 0; k < scores.length; k++) {
          total += Math.exp(scores[k]);
          best = scores[k] > scores[best] ? k : best;
        }
        loss -= scores[(int) y[r]] - Math.log(total);
        correct += best == y[r] ? 1 : 0;
      }
      assertThat(model.metrics().get("train.loss")).isCloseTo(loss / y.length, within(1e-9));
      if (model.metrics().containsKey("train.accuracy")) {
        assertThat(model.metrics().get("train.accuracy")).isEqualTo(correct / y.length);
      }
      assertThat(model.metrics()).containsEntry("rounds", 20.0);
    }
  }

  @Test
  void onnxRuntimeAgrees() throws InterruptedException, OrtException {
    for (Case c : cases()) {
      byte[] model = train(c.spec.toTrainingSpec(), c.made.data()).files().read("model.onnx");
      TreeEnsembleReader trees = new TreeEnsembleReader(
          train(c.spec.toTrainingSpec(), c.made.data()));
      int rows = c.made.y().length;
      Tensors theirs = OnnxRuntimeRun.run(model, "x", c.made.data().read(0, rows).get("x"));
      for (int r = 0; r < rows; r++) {
        double[] sums = trees.sums(c.made.x(), r, c.features);
        if (theirs.names().contains("prediction")) {
          assertThat(theirs.get("prediction").toFloats()[r]).isCloseTo((float) sums[0],
              within(1e-5f));
          continue;
        }
        double[] scores = sums.length == 1 ? new double[]{0, sums[0]} : sums;
        double total = Arrays.stream(scores).map(Math::exp).sum();
        int best = 0;
        for (int k = 0; k < scores.length; k++) {
          best = scores[k] > scores[best] ? k : best;
          assertThat((double) theirs.get("scores").toFloats()[r * scores.length + k])
              .isCloseTo(Math.exp(scores[k]) / total, within(1e-5));
        }
        assertThat(theirs.get("label").toLongs()[r]).isEqualTo(best);
      }
    }
  }

  @Test
  void learns() throws InterruptedException {
    TreeTables.Made made = make(TreeTables.Shape.of(3000, FEATURES), 0, 1);
    TrainedModel model = train(spec().squaredError().rounds(100).toTrainingSpec(), made.data());
    double mean = Arrays.stream(made.y()).average().orElseThrow();
    double variance = Arrays.stream(made.y())
        .map(y -> (y - mean) * (y - mean))
        .average()
        .orElseThrow();
    // the noise has a variance of 1/12
    assertThat(model.metrics().get("train.loss")).isLessThan(0.09).isLessThan(variance / 10);
    TreeTables.Made labels = make(TreeTables.Shape.of(3000, FEATURES), 3, 1);
    assertThat(train(spec().softmax().toTrainingSpec(), labels.data()).metrics()
        .get("train.accuracy")).isGreaterThan(0.85);
  }

  @Test
  void aLabelBeyondTheClassesIsRefused() {
    TreeTables.Made made = make(TreeTables.Shape.of(100, FEATURES), 4, 1);
    assertThatThrownBy(() -> train(spec().logistic().toTrainingSpec(), made.data()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("'y'", "row ", "0 to 1");
    assertThatThrownBy(() -> train(spec().softmax(3).toTrainingSpec(), made.data()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("'y'", "row ", "0 to 2");
  }

  @Test
  void aMissingValueIsRefusedUnlessItIsExpected() throws InterruptedException {
    TreeTables.Made made = make(TreeTables.Shape.of(200, FEATURES).missing(0.1), 0, 1);
    assertThatThrownBy(() -> train(spec().squaredError().toTrainingSpec(), made.data()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("'x'", "row ", "NaN", "'missing'");
    assertThat(train(spec().squaredError().missingAsNan().toTrainingSpec(), made.data()).metrics())
        .containsKey("train.loss");
  }

  /** With all that is known in what is missing, one split says it all. */
  @Test
  void whatIsMissingGoesWhereItBelongs() throws InterruptedException {
    for (boolean missingIsOne : new boolean[]{false, true}) {
      int rows = 100;
      float[] x = new float[rows];
      double[] y = new double[rows];
      for (int r = 0; r < rows; r++) {
        boolean missing = r % 3 == 0;
        x[r] = missing ? Float.NaN : r % 7;
        y[r] = missing == missingIsOne || x[r] > 4 ? 1 : 0;
      }
      Dataset data = Dataset.of("data",
          Tensors.of("x", Tensor.of(x, rows, 1), "y", Tensor.of(y, rows)));
      TrainedModel model = train(
          spec().squaredError()
              .missingAsNan()
              .numLeaves(3)
              .rounds(1)
              .learningRate(1)
              .toTrainingSpec(),
          data);
      assertThat(model.metrics().get("train.loss")).isLessThan(1e-12);
    }
  }

  @Test
  void rowsWithoutAMissingValueInTrainingSendItWhereMoreRowsWent() throws InterruptedException {
    for (int large : new int[]{20, 80}) {
      float[] x = new float[100];
      double[] y = new double[100];
      for (int r = 0; r < 100; r++) {
        x[r] = r;
        y[r] = r < large ? 0 : 1;
      }
      TrainedModel model = train(
          spec().squaredError().numLeaves(2).rounds(1).learningRate(1).toTrainingSpec(),
          Dataset.of("data", Tensors.of("x", Tensor.of(x, 100, 1), "y", Tensor.of(y, 100))));
      TreeEnsembleReader.Node root = new TreeEnsembleReader(model).root(0);
      assertThat(root.value()).isEqualTo(large - 0.5);
      assertThat(root.missingTrue()).isEqualTo(large > 50);
      assertThat(root.hitRate()).isEqualTo(100);
    }
  }

  @Test
  void categoriesAreNotPutInTheOrderOfTheirNumbers() throws InterruptedException {
    int rows = 4000;
    float[] x = new float[rows];
    double[] y = new double[rows];
    for (int r = 0; r < rows; r++) {
      x[r] = r % 40;
      y[r] = r % 40 % 2;
    }
    Dataset data = Dataset.of("data",
        Tensors.of("x", Tensor.of(x, rows, 1), "y", Tensor.of(y, rows)));
    GradientBoostingSpec once = spec().squaredError().rounds(1).learningRate(1).numLeaves(2);
    assertThat(train(once.toTrainingSpec(), data).metrics().get("train.loss")).isGreaterThan(0.2);
    assertThat(train(once.categorical(0).toTrainingSpec(), data).metrics().get("train.loss"))
        .isLessThan(1e-12);
  }

  @Test
  void aCategoryThatWasNeverSeenGoesWithTheRest() throws InterruptedException, OrtException {
    int rows = 900;
    double[] x = new double[rows];
    double[] y = new double[rows];
    for (int r = 0; r < rows; r++) {
      x[r] = r % 300;
      y[r] = r % 300 < 100 ? 1 : 0;
    }
    // more categories than bins
    Dataset data = Dataset.of("data",
        Tensors.of("x", Tensor.of(x, rows, 1), "y", Tensor.of(y, rows)));
    TrainedModel model = train(spec().squaredError()
        .categorical(0)
        .minSamplesLeaf(1)
        .missingAsNan()
        .toTrainingSpec(), data);
    double[] unseen = {1e9, -5, 0.5, Double.NaN, 299};
    TreeEnsembleReader trees = new TreeEnsembleReader(model);
    float[] theirs = OnnxRuntimeRun.run(model.files().read("model.onnx"), "x",
        Tensor.of(unseen, 5, 1)).get("prediction").toFloats();
    for (int i = 0; i < unseen.length; i++) {
      assertThat(trees.sums(unseen, i, 1)[0]).isEqualTo(trees.sums(unseen, 0, 1)[0]);
      assertThat((double) theirs[i]).isCloseTo(trees.sums(unseen, 0, 1)[0], within(1e-6));
    }
  }

  @Test
  void monotoneConstraintsHoldEverywhere() throws InterruptedException {
    int features = 3;
    for (int classes : new int[]{0, 2}) {
      TreeTables.Made made = make(TreeTables.Shape.of(2000, features), classes, 8);
      GradientBoostingSpec spec = spec().rounds(40).learningRate(0.3).monotone(1, 0, -1);
      TrainedModel model = train(
          (classes == 0 ? spec.squaredError() : spec.logistic()).toTrainingSpec(), made.data());
      TrainedModel free = train((classes == 0
          ? spec().rounds(40).squaredError()
          : spec().rounds(40).logistic()).toTrainingSpec(), made.data());
      assertThat(violations(new TreeEnsembleReader(free), made, features)).isPositive();
      assertThat(violations(new TreeEnsembleReader(model), made, features)).isZero();
      assertThat(new TreeEnsembleReader(model).trees()).anySatisfy(
          tree -> assertThat(tree.values())
              .anySatisfy(node -> assertThat(node.mode() + node.feature())
                  .isEqualTo("BRANCH_LEQ0")));
    }
  }

  private static int violations(TreeEnsembleReader trees, TreeTables.Made made, int features) {
    int violations = 0;
    for (int r = 0; r < 100; r++) {
      double[] row = Arrays.copyOfRange(made.x(), r * features, (r + 1) * features);
      for (int feature = 0; feature < features; feature += 2) {
        double before = Double.NaN;
        for (double value = -1.1; value < 1.1; value += 0.05) {
          row[feature] = value;
          double now = trees.sums(row, 0, features)[0];
          violations += (feature == 0 ? now < before : now > before) ? 1 : 0;
          before = now;
        }
        row[feature] = made.x()[r * features + feature];
      }
    }
    return violations;
  }

  @Test
  void stopsEarlyAndKeepsTheBest() throws InterruptedException {
    List<Double> losses = new ArrayList<>();
    TreeTables.Made made = numbers(4);
    try (Trainer trainer = ExactTrainerProvider.open(2, InstantSource.system())) {
      TrainedModel model = trainer.train(
          spec().squaredError()
              .rounds(500)
              .learningRate(0.3)
              .validationFraction(0.3)
              .patience(4)
              .toTrainingSpec(),
          made.data(), new TrainingListener() {
            @Override
            public void onEpoch(EpochReport report) {
              losses.add(Objects.requireNonNull(report.metrics().get("validation.loss")));
            }
          });
      double best = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
      assertThat(losses.size()).isBetween(5, 499);
      assertThat(losses.indexOf(best)).isEqualTo(losses.size() - 5);
      assertThat(model.metrics()).containsEntry("validation.loss", best)
          .containsEntry("rounds", losses.size() - 4.0);
      assertThat(new TreeEnsembleReader(model).trees()).hasSize(losses.size() - 4);
    }
  }

  @Test
  void aValidationSetIsMeasuredAsRowsOfTheGraph() throws InterruptedException {
    TreeTables.Made made = numbers(4);
    TreeTables.Made other = numbers(5);
    try (Trainer trainer = ExactTrainerProvider.open(2, InstantSource.system())) {
      TrainedModel model = trainer.train(spec().squaredError().toTrainingSpec(), made.data(),
          Optional.of(other.data()), TrainingListener.NONE);
      TreeEnsembleReader trees = new TreeEnsembleReader(model);
      double loss = 0;
      for (int r = 0; r < other.y().length; r++) {
        double residual = trees.sums(other.x(), r, FEATURES)[0] - other.y()[r];
        loss += residual * residual;
      }
      assertThat(model.metrics().get("validation.loss")).isCloseTo(loss / other.y().length,
          within(1e-9));
    }
  }

  @Test
  void theLimitsOfATreeHold() throws InterruptedException {
    TreeTables.Made made = numbers(6);
    TreeEnsembleReader trees = new TreeEnsembleReader(train(
        spec().squaredError().numLeaves(9).maxDepth(4).minSamplesLeaf(30).toTrainingSpec(),
        made.data()));
    for (Map<Long, TreeEnsembleReader.Node> tree : trees.trees()) {
      assertThat(tree.values().stream().filter(node -> node.mode().equals("LEAF")))
          .hasSizeLessThanOrEqualTo(9)
          .allSatisfy(node -> assertThat(node.hitRate()).isGreaterThanOrEqualTo(30));
      assertThat(depth(tree, 0)).isLessThanOrEqualTo(4);
    }
    assertThat(trees.trees()).anySatisfy(tree -> assertThat(depth(tree, 0)).isEqualTo(4));
  }

  private static int depth(Map<Long, TreeEnsembleReader.Node> tree, long id) {
    TreeEnsembleReader.Node node = Objects.requireNonNull(tree.get(id));
    return node.mode().equals("LEAF")
        ? 0
        : 1 + Math.max(depth(tree, node.trueId()), depth(tree, node.falseId()));
  }

  @Test
  void aTargetThatNothingExplainsIsOneLeaf() throws InterruptedException {
    double[] y = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    TrainedModel model = train(spec().squaredError().toTrainingSpec(), Dataset.of("data",
        Tensors.of("x", Tensor.of(new float[36], 12, 3), "y", Tensor.of(y, 12))));
    assertThat(model.metrics()).containsEntry("rounds", 1.0);
    assertThat(new TreeEnsembleReader(model).trees()).hasSize(1)
        .allSatisfy(tree -> assertThat(tree).hasSize(1));
    assertThat(new TreeEnsembleReader(model).sums(new double[3], 0, 3)).containsExactly(6.5);
  }

  @Test
  void refusesSettingsThatContradictEachOther() {
    Dataset data = numbers(1).data();
    refuses(new GradientBoostingSpec("x", "y"), data, "'objective'", "squared-error");
    refuses(spec().squaredError().patience(3), data, "'patience'", "validation");
    refuses(spec().squaredError().monotone(1, 0), data, "'monotone'", "2 numbers", "7 features");
    refuses(spec().squaredError().categorical(9), data, "'categorical'", "feature 9",
        "7 features");
    refuses(spec().squaredError().categorical(1).monotone(0, 1, 0, 0, 0, 0, 0), data,
        "'monotone'", "feature 1", "categorical");
    refuses(spec().softmax(1), data, "'classes'", "2 to");
    refuses(spec().squaredError().set("classes", 3), data, "'classes'", "squared-error");
    refuses(new GradientBoostingSpec("label", "y").logistic(), data, "'label'");
    refuses(new GradientBoostingSpec("x", "x").logistic(), data, "both features and target");
  }

  private static void refuses(GradientBoostingSpec spec, Dataset data, String... parts) {
    assertThatThrownBy(() -> train(spec.toTrainingSpec(), data))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void refusesCategoriesThatAreNoWholeNumbers() {
    assertThatThrownBy(
        () -> train(spec().squaredError().categorical(0).toTrainingSpec(), numbers(1).data()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("'x'", "row 0", "number 0", "categorical", "whole number");
  }

  @Test
  void refusesTargetsThatAreNotFinite() {
    for (double bad : new double[]{Double.NaN, 1e39}) {
      Dataset data = Dataset.of("data", Tensors.of("x", Tensor.of(new float[]{1, 2}, 2, 1), "y",
          Tensor.of(new double[]{1, bad}, 2)));
      assertThatThrownBy(() -> train(spec().squaredError().toTrainingSpec(), data))
          .isInstanceOf(TrainingException.class)
          .hasMessageContainingAll("'y'", "row 1", "finite");
    }
  }
}

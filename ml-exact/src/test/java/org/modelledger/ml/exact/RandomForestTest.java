package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.modelledger.ml.exact.TreeTables.make;
import static org.modelledger.ml.exact.TreeTables.train;

import ai.onnxruntime.OrtException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;

class RandomForestTest {
  private static final int FEATURES = 7;

  private static RandomForestSpec spec() {
    return new RandomForestSpec("x", "y").trees(15).seed(4);
  }

  private record Case(RandomForestSpec spec, TreeTables.Made made, int classes) {}

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int classes : new int[]{0, 2, 4}) {
      for (boolean float64 : new boolean[]{false, true}) {
        TreeTables.Shape shape = TreeTables.Shape.of(400, FEATURES).missing(0.1).categories(12);
        RandomForestSpec spec = spec().missingAsNan().categorical(FEATURES - 1).minSamplesLeaf(2);
        cases.add(new Case(classes == 0 ? spec.squaredError() : spec.gini(),
            make(float64 ? shape.doubles() : shape, classes, 5 + classes), classes));
      }
    }
    return cases;
  }

  @Test
  void theSavedGraphIsWhatWasMeasuredAndOnnxRuntimeAgrees()
      throws InterruptedException, OrtException {
    for (Case c : cases()) {
      TrainedModel model = train(c.spec.toTrainingSpec(), c.made.data());
      TreeEnsembleReader trees = new TreeEnsembleReader(model);
      double[] y = c.made.y();
      Tensors theirs = OnnxRuntimeRun.run(model.files().read("model.onnx"), "x",
          c.made.data().read(0, y.length).get("x"));
      double loss = 0;
      double correct = 0;
      for (int r = 0; r < y.length; r++) {
        double[] sums = trees.sums(c.made.x(), r, FEATURES);
        if (c.classes == 0) {
          double mean = sums[0] / 15;
          loss += (mean - y[r]) * (mean - y[r]);
          assertThat((double) theirs.get("prediction").toFloats()[r]).isCloseTo(mean,
              within(1e-5));
          continue;
        }
        if (c.classes == 2) {
          sums = new double[]{1 - sums[0], sums[0]};
        }
        assertThat(sums).hasSize(c.classes);
        int best = 0;
        double total = 0;
        for (int k = 0; k < c.classes; k++) {
          best = sums[k] > sums[best] ? k : best;
          total += sums[k];
          assertThat((double) theirs.get("scores").toFloats()[r * c.classes + k])
              .isCloseTo(sums[k], within(1e-5));
        }
        assertThat(total).isCloseTo(1, within(1e-5));
        double lead = sums[best];
        for (int k = 0; k < c.classes; k++) {
          lead = k == best ? lead : Math.min(lead, sums[best] - sums[k]);
        }
        if (lead > 1e-5) {
          assertThat(theirs.get("label").toLongs()[r]).isEqualTo(best);
        }
        loss -= Math.log(Math.max(0x1p-52, sums[(int) y[r]] / total));
        correct += best == y[r] ? 1 : 0;
      }
      assertThat(model.metrics()).containsEntry("trees", 15.0);
      assertThat(model.metrics().get("train.loss")).isCloseTo(loss / y.length, within(1e-9));
      if (c.classes > 0) {
        assertThat(model.metrics().get("train.accuracy")).isCloseTo(correct / y.length,
            within(2.0 / y.length));
      }
    }
  }

  @Test
  void rowsThatATreeDidNotSeeSpeakForThoseThatNoTreeSaw() throws InterruptedException {
    for (int classes : new int[]{0, 3}) {
      TreeTables.Made made = make(TreeTables.Shape.of(2000, FEATURES), classes, 1);
      TreeTables.Made other = make(TreeTables.Shape.of(2000, FEATURES), classes, 2);
      RandomForestSpec spec = spec().trees(60).minSamplesLeaf(5);
      try (Trainer trainer = ExactTrainerProvider.open(2, InstantSource.system())) {
        TrainedModel model = trainer.train(
            (classes == 0 ? spec.squaredError() : spec.gini()).toTrainingSpec(), made.data(),
            Optional.of(other.data()), TrainingListener.NONE);
        double oob = Objects.requireNonNull(model.metrics().get("oob.loss"));
        double validation = Objects.requireNonNull(model.metrics().get("validation.loss"));
        assertThat(oob).isCloseTo(validation, within(0.15 * validation));
        assertThat(model.metrics().get("train.loss")).isLessThan(oob);
      }
    }
  }

  @Test
  void withoutABootstrapEachRowIsKnownByHeart() throws InterruptedException {
    TreeTables.Made made = make(TreeTables.Shape.of(300, FEATURES), 4, 1);
    TrainedModel model = train(spec().gini().bootstrap(false).toTrainingSpec(), made.data());
    assertThat(model.metrics()).containsEntry("train.accuracy", 1.0)
        .doesNotContainKeys("oob.loss", "oob.accuracy");
    TreeTables.Made numbers = make(TreeTables.Shape.of(300, FEATURES), 0, 1);
    assertThat(train(spec().squaredError().bootstrap(false).toTrainingSpec(), numbers.data())
        .metrics()
        .get("train.loss")).isLessThan(1e-12);
  }

  /** One tree of one split by any feature: no other split is better. */
  @Test
  void theSplitIsTheBestThereIs() throws InterruptedException {
    for (long seed = 0; seed < 60; seed++) {
      Xoshiro256 random = Xoshiro256.seeded(seed, 99);
      int classes = random.nextInt(2) == 0 ? 0 : 2 + random.nextInt(3);
      int rows = 10 + random.nextInt(30);
      int least = 1 + random.nextInt(4);
      double[] x = new double[rows * 2];
      double[] y = new double[rows];
      for (int r = 0; r < rows; r++) {
        x[2 * r] = random.nextInt(9) == 0 ? Double.NaN : random.nextInt(20);
        x[2 * r + 1] = random.nextInt(5);
        y[r] = classes == 0 ? random.nextDouble() : r < classes ? r : random.nextInt(classes);
      }
      RandomForestSpec spec = spec().trees(1)
          .bootstrap(false)
          .maxFeatures(2)
          .maxDepth(1)
          .minSamplesLeaf(least)
          .missingAsNan();
      TreeEnsembleReader.Node root = new TreeEnsembleReader(
          train((classes == 0 ? spec.squaredError() : spec.gini(classes)).toTrainingSpec(),
              Dataset.of("data",
                  Tensors.of("x", Tensor.of(x, rows, 2), "y", Tensor.of(y, rows)))))
          .root(0);
      double best = Double.POSITIVE_INFINITY;
      for (int at = 0; at < 2 * rows; at++) {
        for (boolean missingLeft : new boolean[]{false, true}) {
          best = Math.min(best, impurity(x, y, at % 2, x[at], missingLeft, classes, least));
        }
      }
      assertThat(root.mode()).as("seed %s", seed).isEqualTo("BRANCH_LEQ");
      assertThat(impurity(x, y, root.feature(), root.value(), root.missingTrue(), classes, least))
          .as("seed %s", seed)
          .isCloseTo(best, within(1e-9));
    }
  }

  /** The sum over both sides of rows times Gini's index, or of squared errors. */
  private static double impurity(double[] x, double[] y, int feature, double bound,
      boolean missingLeft, int classes, int least) {
    double impurity = 0;
    for (boolean side : new boolean[]{true, false}) {
      double[] counts = new double[Math.max(1, classes)];
      double sum = 0;
      double squares = 0;
      int rows = 0;
      for (int r = 0; r < y.length; r++) {
        double value = x[2 * r + feature];
        if ((Double.isNaN(value) ? missingLeft : value <= bound) == side) {
          rows++;
          sum += y[r];
          squares += y[r] * y[r];
          counts[classes == 0 ? 0 : (int) y[r]]++;
        }
      }
      if (rows < least) {
        return Double.POSITIVE_INFINITY;
      }
      if (classes == 0) {
        impurity += squares - sum * sum / rows;
      } else {
        impurity += rows;
        for (double count : counts) {
          impurity -= count * count / rows;
        }
      }
    }
    return impurity;
  }

  @Test
  void anInterruptEndsTheTrainingWhileATreeGrows() throws InterruptedException {
    TreeTables.Made made = make(TreeTables.Shape.of(2000, FEATURES), 0, 1);
    List<Integer> told = new ArrayList<>();
    try (Trainer trainer = ExactTrainerProvider.open(2, InstantSource.system())) {
      assertThatThrownBy(() -> trainer.train(spec().squaredError().trees(60_000).toTrainingSpec(),
          made.data(), new TrainingListener() {
            @Override
            public void onBatch(BatchReport report) {
              told.add(report.epoch());
              if (told.size() == 3) {
                Thread.currentThread().interrupt();
              }
            }
          })).isInstanceOf(InterruptedException.class);
    }
    assertThat(told).containsExactly(1, 2, 3);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    Dataset data = make(TreeTables.Shape.of(50, FEATURES), 0, 1).data();
    for (RandomForestSpec wrong : List.of(new RandomForestSpec("x", "y"), spec().gini(1),
        spec().squaredError().set("classes", 2), spec().gini().set("rounds", 3),
        spec().squaredError().categorical(70), new RandomForestSpec("scores", "y").gini(),
        spec().squaredError().trees(0))) {
      assertThatThrownBy(() -> train(wrong.toTrainingSpec(), data))
          .isInstanceOf(ConfigurationException.class);
    }
  }
}

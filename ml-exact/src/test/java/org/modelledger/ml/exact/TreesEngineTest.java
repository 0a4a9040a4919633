package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.modelledger.ml.exact.TreeTables.make;
import static org.modelledger.ml.exact.TreeTables.train;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.training.TrainedModel;

/** From training to files to the engine: to the bit what following the trees by hand gives. */
class TreesEngineTest {
  private static final int FEATURES = 9;
  private static final int ROWS = 500;

  private record Case(TreeSpec<?> spec, TreeTables.Made made, boolean float64) {}

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int classes : new int[]{0, 2, 5}) {
      for (boolean float64 : new boolean[]{false, true}) {
        for (boolean categorical : new boolean[]{false, true}) {
          TreeTables.Shape shape = TreeTables.Shape.of(ROWS, FEATURES)
              .missing(0.07)
              .categories(15);
          TreeTables.Made made = make(float64 ? shape.doubles() : shape, classes, 7 + classes);
          GradientBoostingSpec boosting = new GradientBoostingSpec("x", "y").missingAsNan()
              .rounds(12)
              .minSamplesLeaf(4);
          RandomForestSpec forest = new RandomForestSpec("x", "y").missingAsNan().trees(9);
          if (categorical) {
            boosting.categorical(FEATURES - 1);
            forest.categorical(FEATURES - 1);
          }
          cases.add(new Case(switch (classes) {
            case 0 -> boosting.squaredError();
            case 2 -> boosting.logistic();
            default -> boosting.softmax();
          }, made, float64));
          cases.add(new Case(classes == 0 ? forest.squaredError() : forest.gini(), made, float64));
        }
      }
    }
    return cases;
  }

  @Test
  void theEngineGivesTheBitsOfTheTrees() throws InterruptedException {
    for (Case c : cases()) {
      TrainedModel trained = train(c.spec.toTrainingSpec(), c.made.data());
      TreeEnsembleReader trees = new TreeEnsembleReader(trained);
      try (LoadedModel model = OnnxGraphs.load(trained.files().read("model.onnx"))) {
        Tensors results = model.run(Tensors.of("x", c.made.data().read(0, ROWS).get("x")));
        for (int r = 0; r < ROWS; r++) {
          double[] sums = trees.sums(c.made.x(), r, FEATURES, !c.float64);
          if (results.names().contains("prediction")) {
            double expected = trained.metrics().containsKey("trees") ? sums[0] / 9 : sums[0];
            assertThat(results.get("prediction").toFloats()[r]).isEqualTo((float) expected);
            continue;
          }
          boolean forest = trained.metrics().containsKey("trees");
          double[] scores = sums.length == 1
              ? new double[]{forest ? 1 - sums[0] : -sums[0], sums[0]}
              : sums;
          int best = 0;
          for (int k = 1; k < scores.length; k++) {
            best = scores[k] > scores[best] ? k : best;
          }
          if (!forest) {
            transform(scores, sums.length == 1);
          }
          assertThat(results.get("label").toLongs()[r]).isEqualTo(best);
          for (int k = 0; k < scores.length; k++) {
            assertThat(results.get("scores").toFloats()[r * scores.length + k])
                .isEqualTo((float) scores[k]);
          }
        }
      }
    }
  }

  private static void transform(double[] scores, boolean logistic) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      greatest = Math.max(greatest, score);
    }
    double sum = 0;
    for (int k = 0; k < scores.length; k++) {
      scores[k] = logistic
          ? 1 / (1 + StrictMath.exp(-scores[k]))
          : StrictMath.exp(scores[k] - greatest);
      sum += scores[k];
    }
    for (int k = 0; k < scores.length && !logistic; k++) {
      scores[k] /= sum;
    }
  }
}

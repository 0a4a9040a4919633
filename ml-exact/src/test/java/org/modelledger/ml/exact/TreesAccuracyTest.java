package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;

/**
 * Holds trees beside those of LightGBM, XGBoost and scikit-learn, which {@code
 * interop/python/exact/tree_tables.py} trained on the same rows of the same tables with the same sizes.
 */
class TreesAccuracyTest {
  private static final int FOLDS = 3;

  /** What models make of rows held out, the mean of the folds. */
  private record Result(double loss, double accuracy) {}

  /** A table, the target last. */
  private record Rows(List<double[]> rows) {
    static Rows read(String table) throws IOException {
      List<double[]> rows = new ArrayList<>();
      try (InputStream in = open("tables/" + table + ".csv.gz");
          BufferedReader reader = new BufferedReader(
              new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
        for (String line : reader.lines().toList()) {
          String[] parts = line.split(",", -1);
          double[] row = new double[parts.length];
          for (int i = 0; i < row.length; i++) {
            row[i] = Double.parseDouble(parts[i]);
          }
          rows.add(row);
        }
      }
      return new Rows(rows);
    }

    Dataset fold(int fold, boolean heldOut) {
      List<double[]> some = new ArrayList<>();
      for (int r = 0; r < rows.size(); r++) {
        if (r % FOLDS == fold == heldOut) {
          some.add(rows.get(r));
        }
      }
      int features = rows.getFirst().length - 1;
      double[] x = new double[some.size() * features];
      double[] y = new double[some.size()];
      for (int r = 0; r < y.length; r++) {
        System.arraycopy(some.get(r), 0, x, r * features, features);
        y[r] = some.get(r)[features];
      }
      return Dataset.of("fold " + fold, Tensors.of("x", Tensor.of(x, y.length, features), "y",
          Tensor.of(y, y.length)));
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(TreesAccuracyTest.class.getResourceAsStream(name), name);
  }

  /** Returns the others' results by library. */
  private static Map<String, Result> others(String table, String model) throws IOException {
    Map<String, Result> results = new TreeMap<>();
    try (InputStream in = open("tables/results.csv")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        String[] parts = line.split(",", -1);
        if (parts[0].equals(table) && parts[1].equals(model)) {
          results.merge(parts[2],
              new Result(Double.parseDouble(parts[4]) / FOLDS,
                  Double.parseDouble(parts[5]) / FOLDS),
              (a, b) -> new Result(a.loss + b.loss, a.accuracy + b.accuracy));
        }
      }
    }
    assertThat(results).hasSizeGreaterThan(1);
    return results;
  }

  private static Result ours(String table, TreeSpec<?> spec)
      throws IOException, InterruptedException {
    Rows rows = Rows.read(table);
    double loss = 0;
    double accuracy = 0;
    try (Trainer trainer = ExactTrainerProvider.open(2, InstantSource.system())) {
      for (int fold = 0; fold < FOLDS; fold++) {
        TrainedModel model = trainer.train(spec.toTrainingSpec(), rows.fold(fold, false),
            Optional.of(rows.fold(fold, true)), TrainingListener.NONE);
        loss += Objects.requireNonNull(model.metrics().get("validation.loss")) / FOLDS;
        accuracy += model.metrics().getOrDefault("validation.accuracy", 0.0) / FOLDS;
      }
    }
    return new Result(loss, accuracy);
  }

  @ParameterizedTest
  @CsvSource({"breast-cancer, logistic", "diabetes, squared-error", "covertype-like, softmax"})
  void boostingIsAsGoodAsOthers(String table, String objective)
      throws IOException, InterruptedException {
    GradientBoostingSpec spec = new GradientBoostingSpec("x", "y").set("objective", objective)
        .rounds(100)
        .learningRate(0.1)
        .numLeaves(15)
        .minSamplesLeaf(10);
    compare(ours(table, spec), others(table, "boosting"));
  }

  @ParameterizedTest
  @CsvSource({"breast-cancer, gini", "diabetes, squared-error", "covertype-like, gini"})
  void forestsAreAsGoodAsOthers(String table, String criterion)
      throws IOException, InterruptedException {
    RandomForestSpec spec = new RandomForestSpec("x", "y").set("criterion", criterion).trees(100);
    compare(ours(table, spec), others(table, "forest"));
  }

  /** Others differ from each other by noise; we may be off the worst by as much again, or a twentieth. */
  private static void compare(Result ours, Map<String, Result> others) {
    double best = others.values().stream().mapToDouble(Result::loss).min().orElseThrow();
    double worst = others.values().stream().mapToDouble(Result::loss).max().orElseThrow();
    double least = others.values().stream().mapToDouble(Result::accuracy).min().orElseThrow();
    assertThat(ours.loss).as("%s beside %s", ours, others)
        .isLessThan(worst + Math.max(worst - best, worst / 20));
    assertThat(ours.accuracy).as("%s beside %s", ours, others).isGreaterThan(least - 0.01);
  }
}

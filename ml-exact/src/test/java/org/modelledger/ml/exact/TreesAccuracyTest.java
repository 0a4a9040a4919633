package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;

/**
 * Holds trees beside those of LightGBM, XGBoost and scikit-learn, which {@code
 * interop/python/exact/tree_tables.py} trained on the same rows of the same tables with the same sizes. The
 * losses of rows that were held out are compared one by one: ours may be worse than those of the library in
 * the middle, or of the better one of two, by two standard errors of the mean difference at most.
 */
class TreesAccuracyTest {
  private static final int FOLDS = 3;

  /** Returns the others' losses, row by row, by library. */
  private static Map<String, double[]> others(String table, String model) throws IOException {
    List<String[]> lines;
    String resource = "tables/" + table + ".losses.csv.gz";
    try (InputStream in = Objects
        .requireNonNull(TreesAccuracyTest.class.getResourceAsStream(resource), resource);
        BufferedReader reader = new BufferedReader(
            new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
      lines = reader.lines().map(line -> line.split(",", -1)).toList();
    }
    Map<String, double[]> losses = new TreeMap<>();
    String[] names = lines.getFirst();
    for (int i = 0; i < names.length; i++) {
      int column = i;
      if (names[i].startsWith(model + " ")) {
        losses.put(names[i].substring(model.length() + 1), lines.stream()
            .skip(1)
            .mapToDouble(line -> Double.parseDouble(line[column]))
            .toArray());
      }
    }
    assertThat(losses).hasSizeGreaterThan(1);
    return losses;
  }

  /** Returns our losses, row by row. */
  private static double[] ours(String name, TreeSpec<?> spec)
      throws IOException, InterruptedException {
    TestTable table = TestTable.read(name);
    double[] losses = new double[table.rows().size()];
    try (Trainer trainer = ExactTrainerProvider.open(2, InstantSource.system());
        InferenceEngine engine = new ExactInferenceEngine()) {
      for (int fold = 0; fold < FOLDS; fold++) {
        TrainedModel model = trainer.train(spec.toTrainingSpec(), table.fold(fold, FOLDS, false),
            Optional.empty(), TrainingListener.NONE);
        List<double[]> heldOut = table.some(fold, FOLDS, true);
        try (LoadedModel loaded = engine.load(model.files())) {
          for (int i = 0; i < heldOut.size(); i++) {
            double[] row = heldOut.get(i);
            losses[fold + i * FOLDS] = loss(loaded.run(Tensors.of("x",
                Tensor.of(Arrays.copyOf(row, row.length - 1), 1, row.length - 1))),
                row[row.length - 1]);
          }
        }
      }
    }
    return losses;
  }

  private static double loss(Tensors outputs, double target) {
    if (outputs.names().contains("scores")) {
      return -Math.log(
          Math.max(CrossEntropy.LEAST, outputs.get("scores").toFloats()[(int) target]));
    }
    double off = outputs.get("prediction").toFloats()[0] - target;
    return off * off;
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

  /** The bound is one that a worse model breaks. */
  @ParameterizedTest
  @CsvSource({"breast-cancer, logistic", "diabetes, squared-error", "covertype-like, softmax"})
  void aModelThatHasNotLearnedEnoughIsNoticed(String table, String objective)
      throws IOException, InterruptedException {
    GradientBoostingSpec spec = new GradientBoostingSpec("x", "y").set("objective", objective)
        .rounds(2)
        .learningRate(0.1)
        .numLeaves(15)
        .minSamplesLeaf(10);
    assertThatThrownBy(() -> compare(ours(table, spec), others(table, "boosting")))
        .isInstanceOf(AssertionError.class);
  }

  private static void compare(double[] ours, Map<String, double[]> others) {
    List<Map.Entry<String, double[]>> ranked = others.entrySet()
        .stream()
        .sorted(Comparator.comparingDouble(other -> mean(other.getValue())))
        .toList();
    Map.Entry<String, double[]> middle = ranked.get((ranked.size() - 1) / 2);
    double[] theirs = middle.getValue();
    assertThat(theirs).hasSameSizeAs(ours);
    double[] worse = new double[ours.length];
    double[] squares = new double[ours.length];
    for (int i = 0; i < worse.length; i++) {
      worse[i] = ours[i] - theirs[i];
      squares[i] = worse[i] * worse[i];
    }
    double off = mean(worse);
    double error = Math.sqrt((mean(squares) - off * off) / worse.length);
    assertThat(off).as("by how much %s is worse than %s of %s", mean(ours), mean(theirs),
        middle.getKey()).isLessThan(2 * error);
  }

  private static double mean(double[] numbers) {
    return Arrays.stream(numbers).average().orElseThrow();
  }
}

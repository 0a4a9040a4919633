package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.DataType;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;

class CalibrationTest {
  private static final List<Calibration> BOTH = List.of(Calibration.sigmoid(),
      Calibration.isotonic());

  private final Trainer trainer = ExactTrainerProvider.open(2, InstantSource.fixed(Instant.EPOCH));

  @AfterEach
  void close() {
    trainer.close();
  }

  /** A classifier that is far too sure of itself, after too many epochs on few rows. */
  private TrainedModel tooSure(int classes, boolean float64) throws InterruptedException {
    MlpSpec spec = new MlpSpec("x", "y").hidden(64).epochs(60).adam(0.02).seed(2);
    return trainer.train((float64 ? spec.float64() : spec.float32()).toTrainingSpec(),
        data(classes, float64, 120, 0), TrainingListener.NONE);
  }

  /** Other rows of the same clusters for every number. */
  private static Dataset data(int classes, boolean float64, int rows, int number) {
    Dataset all = Golden.clusters(3000, 3, classes, 5, float64);
    return Dataset.of("part " + number, all.read(number * 1000L, rows));
  }

  private static Tensors run(TrainedModel model, Tensor x) throws InterruptedException {
    try (LoadedModel loaded = OnnxGraphs.load(model.files().read("model.onnx"))) {
      return loaded.run(Tensors.of("x", x));
    }
  }

  private static double[] scores(TrainedModel model, Tensor x) throws InterruptedException {
    Tensor scores = run(model, x).get("scores");
    if (scores.dataType() == DataType.FP64) {
      return scores.toDoubles();
    }
    float[] floats = scores.toFloats();
    return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void makesScoresMoreHonestAlsoOnRowsItHasNotSeen(int classes) throws InterruptedException {
    TrainedModel before = tooSure(classes, false);
    Dataset unseen = data(classes, false, 1000, 2);
    Map<String, Double> measuredBefore = Calibration.measure(before, unseen, "y");
    for (Calibration calibration : BOTH) {
      TrainedModel after = calibration.fit(before, data(classes, false, 1000, 1));
      Map<String, Double> measured = Calibration.measure(after, unseen, "y");
      for (String metric : List.of("loss", "brier", "expectedCalibrationError")) {
        assertThat(measured.get(metric)).as(metric).isLessThan(measuredBefore.get(metric));
        assertThat(after.metrics().get("calibration.after." + metric)).as(metric)
            .isLessThan(after.metrics().get("calibration.before." + metric));
      }
    }
  }

  @Test
  void theCalibratedProbabilityNeverFallsWhereTheScoreRises() throws InterruptedException {
    for (boolean float64 : new boolean[]{false, true}) {
      TrainedModel before = tooSure(2, float64);
      Tensor x = data(2, float64, 1000, 2).read(0, 1000).get("x");
      double[] raw = scores(before, x);
      for (Calibration calibration : BOTH) {
        double[] after = scores(calibration.fit(before, data(2, float64, 1000, 1)), x);
        Integer[] order = new Integer[1000];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> raw[2 * i + 1]));
        for (int i = 1; i < order.length; i++) {
          assertThat(after[2 * order[i] + 1])
              .isGreaterThanOrEqualTo(after[2 * order[i - 1] + 1] - 1e-6);
        }
      }
    }
  }

  @Test
  void probabilitiesAddUpToOneAndTheLabelIsTheGreatest() throws InterruptedException {
    for (int classes : new int[]{2, 4}) {
      TrainedModel before = tooSure(classes, true);
      Tensor x = data(classes, true, 500, 2).read(0, 500).get("x");
      for (Calibration calibration : BOTH) {
        TrainedModel after = calibration.fit(before, data(classes, true, 300, 1));
        double[] scores = scores(after, x);
        long[] labels = run(after, x).get("label").toLongs();
        for (int r = 0; r < 500; r++) {
          double sum = 0;
          int best = 0;
          for (int k = 0; k < classes; k++) {
            double score = scores[r * classes + k];
            assertThat(score).isBetween(0.0, 1.0);
            sum += score;
            best = score > scores[r * classes + best] ? k : best;
          }
          assertThat(sum).isCloseTo(1, within(1e-12));
          assertThat(labels[r]).isEqualTo(best);
        }
      }
    }
  }

  @Test
  void theFactsNameTheUncalibratedModelAndTheRows() throws InterruptedException {
    TrainedModel before = tooSure(2, false);
    Dataset heldOut = data(2, false, 300, 1);
    TrainedModel after = Calibration.sigmoid()
        .clock(InstantSource.fixed(Instant.EPOCH))
        .fit(before, heldOut);
    assertThat(after.facts().parents()).containsExactly(
        Digest.sha256(Digest.sha256(before.files().read("model.onnx")).bytes()));
    assertThat(after.facts().data()).isEqualTo(heldOut.sources());
    assertThat(after.facts().spec().orElseThrow().algorithm()).isEqualTo("sigmoid-calibration");
    assertThat(after.facts().spec().orElseThrow().target()).isEqualTo("y");
    assertThat(after.facts().trainer()).isEqualTo(new EngineInfo("exact", "1", "cpu", 1));
    assertThat(after.facts().started()).isEqualTo(Instant.EPOCH);
    assertThat(after.facts().environment()).containsKey("java.version");
    assertThat(after.metrics()).containsOnlyKeys("calibration.before.loss",
        "calibration.before.brier", "calibration.before.expectedCalibrationError",
        "calibration.after.loss", "calibration.after.brier",
        "calibration.after.expectedCalibrationError");
    assertThat(Calibration.isotonic().fit(before, heldOut).facts().spec().orElseThrow().algorithm())
        .isEqualTo("isotonic-calibration");
  }

  @Test
  void everyClassifierCanBeCalibratedAndAgain() throws InterruptedException {
    Dataset data = data(3, false, 300, 0);
    TrainedModel logistic = trainer.train(
        new LogisticRegressionSpec("x", "y").standardize().toTrainingSpec(), data,
        TrainingListener.NONE);
    TrainedModel twice = Calibration.isotonic()
        .fit(Calibration.sigmoid().fit(logistic, data), data);
    OnnxModel graph = OnnxReader.read(twice.files().read("model.onnx"));
    assertThat(graph.nodes()).extracting(OnnxNode::operator)
        .startsWith("Sub", "Div", "Gemm", "Softmax", "Add")
        .endsWith("ArgMax")
        .containsOnlyOnce("ArgMax");
    assertThat(twice.metrics().get("calibration.after.loss")).isLessThan(
        Objects.requireNonNull(twice.metrics().get("calibration.before.loss")) + 1e-3);
  }

  @Test
  void rowsMayBeOfAnotherTypeThanTheModel() throws InterruptedException {
    TrainedModel before = tooSure(2, false);
    Tensors rows = data(2, false, 300, 1).read(0, 300);
    float[] floats = rows.get("x").toFloats();
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    Dataset wide = Dataset.of("wide",
        Tensors.of("x", Tensor.of(doubles, 300, 3), "y", rows.get("y")));
    assertThat(Calibration.sigmoid().fit(before, wide).files().read("model.onnx")).isEqualTo(
        Calibration.sigmoid().fit(before, Dataset.of("same", rows)).files().read("model.onnx"));
  }

  @Test
  void aClassWithoutHeldOutRowsBecomesImprobable() throws InterruptedException {
    TrainedModel before = tooSure(3, true);
    Tensors rows = data(3, true, 1000, 1).read(0, 1000);
    long[] labels = rows.get("y").toLongs();
    for (int r = 0; r < labels.length; r++) {
      labels[r] = labels[r] == 2 ? 1 : labels[r];
    }
    Dataset without = Dataset.of("without",
        Tensors.of("x", rows.get("x"), "y", Tensor.of(labels, 1000)));
    for (Calibration calibration : BOTH) {
      double[] scores = scores(calibration.fit(before, without), rows.get("x"));
      for (int r = 0; r < 1000; r++) {
        assertThat(scores[3 * r + 2]).isLessThan(0.01).isPositive();
      }
    }
  }

  @Test
  void theSlopeOfASigmoidIsFound() {
    Xoshiro256 random = Xoshiro256.seeded(1, 99);
    double[] x = new double[20_000];
    boolean[] positive = new boolean[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = 8 * random.nextDouble() - 4;
      positive[i] = random.nextDouble() < 1 / (1 + Math.exp(-(0.7 * x[i] - 0.4)));
    }
    PlattScaling fit = PlattScaling.fit(x, positive);
    assertThat(fit.slope()).isCloseTo(0.7, within(0.03));
    assertThat(fit.intercept()).isCloseTo(-0.4, within(0.05));
    double slope = 0;
    double intercept = 0;
    double positives = 0;
    for (boolean is : positive) {
      positives += is ? 1 : 0;
    }
    for (int i = 0; i < x.length; i++) {
      double target = positive[i]
          ? (positives + 1) / (positives + 2)
          : 1 / (x.length - positives + 2);
      slope += (fit.of(x[i]) - target) * x[i];
      intercept += fit.of(x[i]) - target;
    }
    assertThat(slope / x.length).isCloseTo(0, within(1e-9));
    assertThat(intercept / x.length).isCloseTo(0, within(1e-9));
  }

  @Test
  void violatorsArePooledAndNothingIsCertain() {
    IsotonicFit fit = IsotonicFit.fit(new double[]{0.9, 0.1, 0.2, 0.5, 0.5, 0.7},
        new boolean[]{true, false, true, false, true, false});
    // 0.1: 0; 0.2, 0.5, 0.5, 0.7: 2 of 4; 0.9: 1
    assertThat(fit.first()).isEqualTo(1 / 8.0);
    assertThat(fit.ramps()).containsExactly(new IsotonicFit.Ramp(0.1, 0.2, 0.5 - 1 / 8.0),
        new IsotonicFit.Ramp(0.7, 0.9, 1 - 1 / 8.0 - 0.5));
    assertThat(IsotonicFit.fit(new double[]{1, 2, 3}, new boolean[]{true, false, false}))
        .isEqualTo(new IsotonicFit(1 / 3.0, List.of()));
  }

  @Test
  void reliabilityIsMeasuredByItsDefinitions() {
    Scores scores = new Scores(org.modelledger.inference.DataType.FP64,
        new double[][]{{0.25, 0.75}, {0.25, 0.75}, {1, 0}, {0.5, 0.5}}, new int[]{1, 0, 1, 0});
    Reliability reliability = Reliability.of(scores);
    assertThat(reliability.loss()).isCloseTo((-Math.log(0.75) - Math.log(0.25)
        + 52 * Math.log(2) + Math.log(2)) / 4, within(1e-12));
    assertThat(reliability.brier()).isCloseTo((0.0625 + 0.5625 + 1 + 0.25) / 4, within(1e-12));
    assertThat(reliability.expectedCalibrationError())
        .isCloseTo((Math.abs(1.5 - 1) + 1 + 0.5) / 4, within(1e-12));
    Reliability three = Reliability.of(new Scores(org.modelledger.inference.DataType.FP64,
        new double[][]{{0.5, 0.25, 0.25}}, new int[]{1}));
    assertThat(three.brier()).isCloseTo(0.25 + 0.5625 + 0.0625, within(1e-12));
  }

  @Test
  void aConstantScoreBecomesTheShare() throws InterruptedException {
    TrainedModel constant = trainer.train(
        new LogisticRegressionSpec("x", "y").l1(100).toTrainingSpec(), data(2, true, 400, 0),
        TrainingListener.NONE);
    Dataset heldOut = data(2, true, 400, 1);
    long ones = Arrays.stream(heldOut.read(0, 400).get("y").toLongs()).sum();
    for (Calibration calibration : BOTH) {
      double[] scores = scores(calibration.fit(constant, heldOut),
          heldOut.read(0, 1).get("x"));
      assertThat(scores[1]).isCloseTo(ones / 400.0, within(0.01));
    }
  }

  @Test
  void refusesModelsThatAreNoClassifiers() throws InterruptedException {
    Dataset data = data(2, true, 100, 0);
    TrainedModel numbers = trainer.train(new LinearRegressionSpec("x", "y").toTrainingSpec(), data,
        TrainingListener.NONE);
    assertThatThrownBy(() -> Calibration.sigmoid().fit(numbers, data))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll("prediction", "'scores'");
    TrainedModel two = new TrainedModel(
        ModelFiles.of(Map.of("model.onnx", new byte[0], "more", new byte[0])),
        new TreeMap<>(), numbers.facts());
    assertThatThrownBy(() -> Calibration.sigmoid().fit(two, data))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("more");
  }

  @Test
  void refusesScoresThatAreNoProbabilities() throws InterruptedException {
    OnnxModel graph = new OnnxModelBuilder("raw").opset("", 17)
        .input(OnnxValue.of("x", OnnxDataType.DOUBLE, OnnxDimension.free("N"),
            OnnxDimension.of(3)))
        .output(OnnxValue.of("scores", OnnxDataType.DOUBLE, OnnxDimension.free("N"),
            OnnxDimension.of(3)))
        .output(OnnxValue.of("label", OnnxDataType.INT64, OnnxDimension.free("N")))
        .node(OnnxNode.of("Identity", List.of("x"), List.of("scores")))
        .node(OnnxNode.of("ArgMax", List.of("scores"), List.of("label"),
            new OnnxAttribute.IntValue("axis", 1), new OnnxAttribute.IntValue("keepdims", 0)))
        .build();
    LineageFacts facts = LineageFacts
        .builder(new EngineInfo("elsewhere", "1", "cpu", 1), Instant.EPOCH, Instant.EPOCH)
        .build();
    TrainedModel raw = new TrainedModel(
        ModelFiles.of(Map.of("model.onnx", OnnxWriter.write(graph))), new TreeMap<>(),
        facts);
    Dataset data = data(3, true, 100, 0);
    assertThatThrownBy(() -> Calibration.sigmoid().fit(raw, data, "y"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("class", "row", "from 0 to 1");
    assertThatIllegalArgumentException().isThrownBy(() -> Calibration.sigmoid().fit(raw, data))
        .withMessageContaining("target");
  }

  @Test
  void refusesRowsThatDoNotFit() throws InterruptedException {
    TrainedModel model = tooSure(2, false);
    Dataset fits = data(2, false, 10, 1);
    assertThatThrownBy(() -> Calibration.sigmoid().fit(model, fits, "z"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("no column 'z'", "held-out");
    assertThatThrownBy(() -> Calibration.sigmoid()
        .fit(model,
            Dataset.of("d", Tensors.of("y", Tensor.of(new long[]{1}, 1)))))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no column 'x'");
    assertThatThrownBy(() -> Calibration.sigmoid().fit(model, data(4, false, 100, 1)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("0 to 1");
    assertThatThrownBy(() -> Calibration.sigmoid()
        .fit(model,
            Dataset.of("d", Tensors.of("x", Tensor.of(new float[]{1, 2}, 1, 2), "y",
                Tensor.of(new long[]{1}, 1)))))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("'x'", "3");
    assertThatThrownBy(() -> Calibration.sigmoid()
        .fit(model,
            Dataset.of("d", Tensors.of("x", Tensor.of(new float[0], 0, 3), "y",
                Tensor.of(new long[0], 0)))))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("0 rows");
  }

  @Test
  void anIntegerNetworkIsNotMadeOfACalibratedModel() throws InterruptedException {
    TrainedModel model = tooSure(2, false);
    Dataset data = data(2, false, 100, 1);
    TrainedModel calibrated = Calibration.sigmoid().fit(model, data);
    assertThatThrownBy(() -> IntegerExporter.export(calibrated, data, data))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("calibrat");
  }
}

package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.TrainerProvider;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class ExactTrainerTest {
  private final Trainer trainer = ExactTrainerProvider.open(2, InstantSource.fixed(Instant.EPOCH));

  @AfterEach
  void close() {
    trainer.close();
  }

  private static MlpSpec spec() {
    return new MlpSpec("x", "y").hidden(4).epochs(2).seed(1);
  }

  private static Dataset data(float[] features, int width, long... labels) {
    return Dataset.of("data", Tensors.of("x", Tensor.of(features, labels.length, width), "y",
        Tensor.of(labels, labels.length)));
  }

  private static Dataset clusters() {
    return Golden.clusters(100, 5, 3, 2, false);
  }

  private TrainedModel train(ClassifierSpec<?> spec, Dataset data) throws InterruptedException {
    return trainer.train(spec.toTrainingSpec(), data, TrainingListener.NONE);
  }

  private void refuses(Dataset data, String... parts) {
    assertThatThrownBy(() -> train(spec(), data)).isInstanceOf(TrainingException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void saysWhatItIs() {
    assertThat(trainer.info().name()).isEqualTo("exact");
    assertThat(trainer.info().threads()).isEqualTo(2);
    assertThat(trainer.determinism()).isEqualTo(Determinism.BIT_EXACT);
  }

  @Test
  void isFoundByName() {
    assertThat(ServiceLoader.load(TrainerProvider.class)).extracting(TrainerProvider::name)
        .contains("exact");
  }

  @Test
  void refusesOptionsItDoesNotKnow() {
    ExactTrainerProvider provider = new ExactTrainerProvider();
    assertThatThrownBy(() -> provider.open(ProviderOptions.empty().with("thread", "2")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'thread'", "threads");
    assertThatThrownBy(() -> provider.open(ProviderOptions.empty().with("threads", "0")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("1 to 1024");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExactTrainerProvider.open(0, InstantSource.system()));
  }

  @Test
  void trainsWhatTheEngineThenRuns() throws InterruptedException {
    Dataset data = clusters();
    TrainedModel model = train(spec().epochs(30).adam(0.01), data);
    assertThat(model.files().names()).containsExactly("model.onnx");
    assertThat(model.metrics()).containsOnlyKeys("epochs", "train.loss", "train.accuracy");
    assertThat(model.metrics().get("train.accuracy")).isGreaterThan(0.9);
    try (InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
        LoadedModel loaded = engine.load(model.files())) {
      assertThat(loaded.inputs()).hasToString("[x: FP32 [?, 5]]");
      assertThat(loaded.outputs()).hasToString("[scores: FP32 [?, 3], label: INT64 [?]]");
      Tensors columns = data.read(0, 100);
      Tensors outputs = loaded.run(Tensors.of("x", columns.get("x")));
      float[] scores = outputs.get("scores").toFloats();
      long[] labels = outputs.get("label").toLongs();
      long[] wanted = columns.get("y").toLongs();
      double loss = 0;
      int right = 0;
      for (int r = 0; r < 100; r++) {
        loss -= Math.log(scores[r * 3 + (int) wanted[r]]);
        right += labels[r] == wanted[r] ? 1 : 0;
      }
      assertThat(model.metrics().get("train.accuracy")).isEqualTo(right / 100.0);
      assertThat(model.metrics().get("train.loss")).isCloseTo(loss / 100, within(1e-5));
    }
  }

  @Test
  void savesAGraphFromRawRowsToLabels() throws InterruptedException {
    OnnxModel graph = OnnxReader.read(
        train(spec().tanh().standardize().inputScale(0.5), clusters()).files().read("model.onnx"));
    assertThat(graph.nodes()).extracting(OnnxNode::operator)
        .containsExactly("Sub", "Div", "Mul", "Gemm", "Tanh",
            "Gemm", "Softmax", "ArgMax");
    assertThat(graph.opsets()).isEqualTo(Map.of("", 17L));
    assertThat(graph.producerName()).isEqualTo("modelledger-ml-exact");
    OnnxModel plain = OnnxReader.read(
        train(new SoftmaxSpec("x", "y").epochs(1), clusters()).files().read("model.onnx"));
    assertThat(plain.nodes()).extracting(OnnxNode::operator)
        .containsExactly("Gemm", "Softmax", "ArgMax");
  }

  @Test
  void theFactsNameEverythingThatWentIn() throws InterruptedException {
    Dataset data = clusters();
    Dataset validation = Golden.clusters(10, 5, 3, 3, false);
    TrainingSpec spec = spec().toTrainingSpec();
    TrainedModel model = trainer.train(spec, data, Optional.of(validation), TrainingListener.NONE);
    assertThat(model.facts().trainer()).isEqualTo(trainer.info());
    assertThat(model.facts().spec()).contains(spec);
    assertThat(model.facts().data()).containsExactly(data.sources().getFirst(),
        validation.sources().getFirst());
    assertThat(model.facts().environment()).containsKeys("java.version", "os.arch");
    assertThat(model.facts().started()).isEqualTo(Instant.EPOCH);
    assertThat(model.metrics()).containsKeys("validation.loss", "validation.accuracy");
  }

  @Test
  void seedAndHyperParametersMakeOtherModels() throws InterruptedException {
    Dataset data = clusters();
    List<byte[]> models = new ArrayList<>();
    for (MlpSpec spec : List.of(spec(), spec().seed(2), spec().epochs(3), spec().batchSize(16),
        spec().weightDecay(0.5),
        spec().learningRateDecay(0.5), spec().sgd(0.1, 0.5), spec().adam(0.1), spec().tanh(),
        spec().hidden(4, 4),
        spec().validationFraction(0.1), spec().classes(4))) {
      models.add(train(spec, data).files().read("model.onnx"));
    }
    for (int i = 0; i < models.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(models.get(i)).as("%d and %d", i, j).isNotEqualTo(models.get(j));
      }
    }
    assertThat(train(spec(), data).files().read("model.onnx")).isEqualTo(models.getFirst());
  }

  @Test
  void labelsAndFeaturesMayBeOfOtherTypes() throws InterruptedException {
    byte[] wanted = train(spec(), data(new float[]{1, 2, 3, 4}, 2, 0, 1)).files()
        .read("model.onnx");
    Dataset wide = Dataset.of("data",
        Tensors.of("x", Tensor.of(new double[]{1, 2, 3, 4}, 2, 2), "y",
            Tensor.of(new int[]{0, 1}, 2, 1)));
    Dataset narrow = Dataset.of("data",
        Tensors.of("x", Tensor.of(new byte[]{1, 2, 3, 4}, 2, 2), "y",
            Tensor.of(new float[]{0, 1}, 2)));
    assertThat(train(spec(), wide).files().read("model.onnx")).isEqualTo(wanted);
    assertThat(train(spec(), narrow).files().read("model.onnx")).isEqualTo(wanted);
  }

  @Test
  void tellsOfEveryBatchAndEpoch() throws InterruptedException {
    List<String> told = new ArrayList<>();
    Thread caller = Thread.currentThread();
    trainer.train(spec().batchSize(40).validationFraction(0.1).toTrainingSpec(), clusters(),
        new TrainingListener() {
          @Override
          public void onBatch(BatchReport report) {
            assertThat(Thread.currentThread()).isSameAs(caller);
            assertThat(report.loss()).isBetween(0.01, 10.0);
            told.add(report.epoch() + "/" + report.epochs() + " " + report.batch() + "/"
                + report.batches());
          }

          @Override
          public void onEpoch(EpochReport report) {
            assertThat(report.metrics()).containsOnlyKeys("train.loss", "train.accuracy",
                "validation.loss",
                "validation.accuracy");
            told.add(report.epoch() + "/" + report.epochs());
          }
        });
    assertThat(told).containsExactly("1/2 1/3", "1/2 2/3", "1/2 3/3", "1/2", "2/2 1/3", "2/2 2/3",
        "2/2 3/3", "2/2");
  }

  @Test
  void whatAListenerThrowsEndsTheTraining() {
    assertThatIllegalStateException().isThrownBy(
        () -> trainer.train(spec().toTrainingSpec(), clusters(), new TrainingListener() {
          @Override
          public void onBatch(BatchReport report) {
            throw new IllegalStateException("enough");
          }
        })).withMessage("enough");
  }

  @Test
  void anInterruptEndsTheTrainingBeforeTheNextBatch() {
    List<Integer> batches = new ArrayList<>();
    assertThatThrownBy(() -> trainer.train(spec().epochs(1000).toTrainingSpec(), clusters(),
        new TrainingListener() {
          @Override
          public void onBatch(BatchReport report) {
            batches.add(report.batch());
            if (batches.size() == 3) {
              Thread.currentThread().interrupt();
            }
          }
        })).isInstanceOf(InterruptedException.class);
    assertThat(batches).containsExactly(1, 2, 3);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void stopsEarlyAndKeepsTheBest() throws InterruptedException {
    List<Double> losses = new ArrayList<>();
    TrainedModel model = trainer.train(
        spec().epochs(500)
            .adam(0.05)
            .hidden(64)
            .validationFraction(0.5)
            .patience(3)
            .toTrainingSpec(),
        clusters(),
        new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            losses.add(Objects.requireNonNull(report.metrics().get("validation.loss")));
          }
        });
    double best = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    assertThat(losses.size()).isBetween(4, 499);
    assertThat(losses.indexOf(best)).isEqualTo(losses.size() - 4);
    assertThat(model.metrics()).containsEntry("validation.loss", best)
        .containsEntry("epochs", (double) losses.size());
  }

  @Test
  void weightDecayShrinksWeights() throws InterruptedException {
    double free = sumOfSquares(train(spec().epochs(20).sgd(0.1, 0), clusters()));
    double decayed = sumOfSquares(
        train(spec().epochs(20).sgd(0.1, 0).weightDecay(0.1), clusters()));
    assertThat(decayed).isLessThan(free);
  }

  private static double sumOfSquares(TrainedModel model) {
    double sum = 0;
    for (float weight : Objects.requireNonNull(OnnxReader.read(model.files().read("model.onnx"))
        .initializers()
        .get("net/layer1/weight")).toFloats()) {
      sum += weight * weight;
    }
    return sum;
  }

  @Test
  void refusesNumbersThatAreNotFinite() {
    for (float bad : new float[]{Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      refuses(data(new float[]{1, 2, 3, bad}, 2, 0, 1), "'x'", "row 1", "number 1", "finite",
          Float.toString(bad));
    }
    Dataset tooGreat = Dataset.of("data",
        Tensors.of("x", Tensor.of(new double[]{1, 1e300}, 2, 1), "y",
            Tensor.of(new long[]{0, 1}, 2)));
    refuses(tooGreat, "row 1", "1.0E300", "FP32");
  }

  @Test
  void refusesEmptyData() {
    refuses(data(new float[0], 0), "'x'", "[0]");
    refuses(
        Dataset.of("data",
            Tensors.of("x", Tensor.of(new float[0], 0, 2), "y", Tensor.of(new long[0], 0))),
        "0 rows");
  }

  @Test
  void refusesLabelsThatAreNone() {
    refuses(data(new float[]{1, 2}, 1, 0, -1), "'y'", "row 1", "-1", "from 0");
    refuses(data(new float[]{1, 2}, 1, 0, 1L << 40), "'y'", "row 1", "from 0 to 65535");
    refuses(data(new float[]{1, 2}, 1, 0, 0), "'y'", "at least two labels");
    refuses(Dataset.of("data", Tensors.of("x", Tensor.of(new float[]{1, 2}, 2, 1), "y",
        Tensor.of(new float[]{0, 0.5f}, 2))), "row 1 is 0.5", "whole number");
    refuses(Dataset.of("data", Tensors.of("x", Tensor.of(new float[]{1, 2}, 2, 1), "y",
        Tensor.of(new double[]{0, Double.NaN}, 2))), "row 1 is NaN");
    assertThatThrownBy(() -> train(spec().classes(2), data(new float[]{1, 2, 3}, 1, 0, 1, 2)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("row 2 is 2", "0 to 1");
  }

  @Test
  void refusesColumnsThatDoNotFit() {
    refuses(Dataset.of("data", Tensors.of("z", Tensor.of(new float[]{1}, 1))), "no column 'x'",
        "[z]");
    refuses(Dataset.of("data", Tensors.of("x", Tensor.of(new boolean[]{true}, 1, 1), "y",
        Tensor.of(new long[]{1}, 1))), "'x'", "BOOL", "FP32");
    refuses(Dataset.of("data", Tensors.of("x", Tensor.of(new float[]{1, 2}, 2), "y",
        Tensor.of(new long[]{0, 1}, 2))), "'x'", "shape []", "one dimension");
    refuses(Dataset.of("data", Tensors.of("x", Tensor.of(new float[]{1, 2}, 2, 1), "y",
        Tensor.of(new long[]{0, 1, 1, 0}, 2, 2))), "'y'", "shape [2]", "one number");
  }

  @Test
  void refusesValidationDataThatDoesNotFit() {
    Dataset training = data(new float[]{1, 2}, 1, 0, 1);
    assertThatThrownBy(() -> trainer.train(spec().toTrainingSpec(), training,
        Optional.of(data(new float[]{1, 2, 3, 4}, 2, 0, 1)), TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("validation data", "2 numbers", "has 1");
    assertThatThrownBy(() -> trainer.train(spec().toTrainingSpec(), training,
        Optional.of(data(new float[]{1, 2}, 1, 0, 2)), TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("validation data", "row 1 is 2", "0 to 1");
    assertThatThrownBy(() -> train(spec().validationFraction(0.1), training))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("2 rows", "takes none");
  }

  @Test
  void refusesSettingsThatContradictTheCall() {
    Dataset data = clusters();
    assertThatThrownBy(() -> trainer.train(spec().validationFraction(0.5).toTrainingSpec(), data,
        Optional.of(data),
        TrainingListener.NONE)).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("only one of the two");
    assertThatThrownBy(() -> train(spec().patience(3), data))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'patience'", "validation");
    for (String name : List.of("scores", "label", "net/x", "")) {
      assertThatThrownBy(() -> train(new SoftmaxSpec(name, "y"), data))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("'" + name + "'");
    }
    assertThatThrownBy(() -> train(new SoftmaxSpec("x", "x"), data))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("both features and target");
    assertThatThrownBy(() -> train(spec().hidden(65536, 65536), data))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("parameters", "at most");
  }

  @Test
  void namesWhereATrainingDiverged() {
    Dataset great = data(new float[]{1e30f, -1e30f, 1e25f, 3e30f}, 1, 0, 1, 1, 0);
    assertThatThrownBy(() -> train(spec().sgd(1e6, 0.9).epochs(10), great))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(".*epoch \\d+, batch 1:? .*diverged.*finite.*");
  }

  @Test
  void aClosedTrainerDoesNothing() {
    trainer.close();
    trainer.close();
    assertThatIllegalStateException().isThrownBy(trainer::info).withMessageContaining("closed");
    assertThatIllegalStateException().isThrownBy(trainer::determinism);
    assertThatIllegalStateException().isThrownBy(() -> train(spec(), clusters()));
  }

  @Test
  void aDatasetThatReadsSomethingElseThanItDeclaresIsRefused() {
    Dataset honest = clusters();
    Dataset liar = new Dataset() {
      @Override
      public List<org.modelledger.inference.TensorSpec> columns() {
        return honest.columns();
      }

      @Override
      public long rows() {
        return honest.rows();
      }

      @Override
      public Tensors read(long from, int count) {
        return Tensors.of("x", Tensor.of(new float[count * 4], count, 4), "y",
            honest.read(from, count).get("y"));
      }

      @Override
      public List<org.modelledger.training.DataSource> sources() {
        return honest.sources();
      }
    };
    refuses(liar, "'x'", Shape.of(100, 4).toString(), Shape.of(100, 5).toString());
  }
}

package org.modelledger.ml.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class TensorFlowTrainerTest {
  private final Trainer trainer = TensorFlowTrainerOptions.defaults()
      .clock(InstantSource.fixed(Instant.EPOCH))
      .open();

  @AfterEach
  void close() {
    trainer.close();
  }

  static TrainingSpec.Builder spec(String algorithm) {
    return TrainingSpec.builder(algorithm)
        .features("x")
        .target("y")
        .seed(3)
        .parameter("epochs", 2)
        .parameter("batchSize", 16);
  }

  private TrainedModel train(TrainingSpec.Builder spec, Dataset data) throws InterruptedException {
    return trainer.train(spec.build(), data, TrainingListener.NONE);
  }

  static Map<String, Digest> digests(ModelFiles files) {
    Map<String, Digest> digests = new TreeMap<>();
    files.names().forEach(name -> digests.put(name, Digest.sha256(files.read(name))));
    return digests;
  }

  /** Small pictures: bright on the left or on the right. */
  private static Dataset pictures() {
    float[] pixels = new float[40 * 16];
    int[] labels = new int[40];
    for (int i = 0; i < pixels.length; i++) {
      int picture = i / 16;
      labels[picture] = picture % 2;
      pixels[i] = (i % 4 < 2) == (picture % 2 == 0) ? 1 + picture % 3 * 0.1f : picture % 5 * 0.1f;
    }
    return Dataset.of("pictures",
        Tensors.of("x", Tensor.of(pixels, 40, 4, 4), "y", Tensor.of(labels, 40)));
  }

  @Test
  void saysWhatItIs() {
    assertThat(trainer.info()).hasToString(
        "EngineInfo[name=tensorflow, version=2.18.0, device=cpu, threads=1]");
    assertThat(trainer.determinism()).isEqualTo(Determinism.PROBED);
    try (Trainer other = TensorFlowTrainerOptions.defaults().interOpThreads(2).open()) {
      assertThat(other.determinism()).isEqualTo(Determinism.NONE);
    }
  }

  @ParameterizedTest
  @CsvSource({"sgd,0.5", "momentum,0.1", "adam,0.02", "rmsprop,0.02", "adagrad,0.3"})
  void everyOptimizerLearns(String optimizer, double rate) throws InterruptedException {
    TrainedModel model = train(spec("mlp").parameter("optimizer", optimizer)
        .parameter("learningRate", rate)
        .parameter("hidden", "16")
        .parameter("epochs", 15), Clusters.of(120, 1));

    assertThat(model.metrics().get("train.accuracy")).isGreaterThan(0.9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax-regression", "mlp", "cnn", "resnet"})
  void everyAlgorithmMakesAModelFromRawRows(String algorithm) throws InterruptedException {
    TrainingSpec.Builder spec = spec(algorithm).parameter("epochs", 10)
        .parameter("learningRate", 0.01)
        .parameter("standardize", "true");
    if (algorithm.equals("cnn") || algorithm.equals("resnet")) {
      spec.parameter("filters", "4,4");
    }

    TrainedModel model = train(spec, pictures());

    assertThat(model.metrics()).containsOnlyKeys("epochs", "train.loss", "train.accuracy");
    assertThat(model.metrics().get("train.accuracy")).isGreaterThan(0.95);
    assertThat(model.files().names()).containsExactly("saved_model.pb",
        "variables/variables.data-00000-of-00001", "variables/variables.index");
    try (InferenceEngine engine = TensorFlowOptions.defaults().open();
        LoadedModel loaded = engine.load(model.files())) {
      assertThat(loaded.inputs()).hasToString("[x: FP32 [?, 4, 4]]");
      assertThat(loaded.outputs()).hasToString(
          "[label: INT64 [?], logits: FP32 [?, 2], scores: FP32 [?, 2]]");
      assertThat(loaded.determinism()).isEqualTo(Determinism.PROBED);
      Tensors columns = pictures().read(0, 40);
      long[] labels = loaded.run(Tensors.of("x", columns.get("x"))).get("label").toLongs();
      int[] wanted = columns.get("y").toInts();
      int right = 0;
      for (int r = 0; r < 40; r++) {
        right += labels[r] == wanted[r] ? 1 : 0;
      }
      assertThat(right / 40.0).isEqualTo(model.metrics().get("train.accuracy"));
    }
  }

  /** What the other process runs. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
      try (Trainer trainer = TensorFlowTrainerOptions.defaults().open()) {
        System.out.println("digests: " + digests(
            trainer.train(spec(arguments[0]).parameter("filters", "4,4").build(), pictures(),
                TrainingListener.NONE).files()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "resnet"})
  void makesTheSameFilesInAnotherProcess(String algorithm) throws IOException,
      InterruptedException {
    TrainedModel model = train(spec(algorithm).parameter("filters", "4,4"), pictures());

    assertThat(ChildJvm.run(Main.class, jar -> true, algorithm))
        .contains("digests: " + digests(model.files()));
  }

  @Test
  void seedAndHyperParametersMakeOtherModels() throws InterruptedException {
    Dataset data = Clusters.of(60, 2);
    List<Map<String, Digest>> models = new ArrayList<>();
    for (TrainingSpec.Builder spec : List.of(spec("mlp"), spec("mlp").seed(4),
        spec("mlp").parameter("epochs", 3), spec("mlp").parameter("batchSize", 8),
        spec("mlp").parameter("weightDecay", 0.5), spec("mlp").parameter("learningRateDecay", 0.5),
        spec("mlp").parameter("schedule", "cosine"), spec("mlp").parameter("warmupEpochs", 1),
        spec("mlp").parameter("activation", "tanh"), spec("mlp").parameter("hidden", "4,4"),
        spec("mlp").parameter("beta1", 0.5), spec("mlp").parameter("beta2", 0.5),
        spec("mlp").parameter("optimizer", "momentum"),
        spec("mlp").parameter("optimizer", "momentum").parameter("nesterov", "true"),
        spec("mlp").parameter("inputScale", 0.5), spec("mlp").parameter("validationFraction", 0.2),
        spec("mlp").parameter("classes", 4))) {
      models.add(digests(train(spec, data).files()));
    }
    assertThat(models).doesNotHaveDuplicates();
    assertThat(digests(train(spec("mlp"), data).files())).isEqualTo(models.getFirst());
  }

  @Test
  void theFactsNameEverythingThatWentIn() throws InterruptedException {
    Dataset data = Clusters.of(30, 1);
    Dataset validation = Clusters.of(9, 2);
    TrainingSpec spec = spec("softmax-regression").build();

    TrainedModel model = trainer.train(spec, data, Optional.of(validation), TrainingListener.NONE);

    assertThat(model.facts().trainer()).isEqualTo(trainer.info());
    assertThat(model.facts().spec()).contains(spec);
    assertThat(model.facts().data()).containsExactly(data.sources().getFirst(),
        validation.sources().getFirst());
    assertThat(model.facts().environment()).containsKeys("java.version", "os.arch")
        .containsEntry("tensorflow.java", "1.1.0");
    assertThat(model.facts().started()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void weightDecayShrinksWeights() throws InterruptedException {
    // only decay moves a weight whose input never varies from 0
    double free = confidence(spec("softmax-regression").parameter("optimizer", "sgd")
        .parameter("epochs", 30));
    double decayed = confidence(spec("softmax-regression").parameter("optimizer", "sgd")
        .parameter("epochs", 30)
        .parameter("weightDecay", 0.3));
    assertThat(decayed).isLessThan(free);
  }

  private double confidence(TrainingSpec.Builder spec) throws InterruptedException {
    Dataset data = Clusters.of(60, 5);
    TrainedModel model = train(spec, data);
    try (InferenceEngine engine = TensorFlowOptions.defaults().open();
        LoadedModel loaded = engine.load(model.files())) {
      double sum = 0;
      for (float logit : loaded.run(Tensors.of("x", data.read(0, 60).get("x")))
          .get("logits")
          .toFloats()) {
        sum += Math.abs(logit);
      }
      return sum;
    }
  }

  @Test
  void stopsEarlyAndKeepsTheBest() throws InterruptedException {
    List<Double> losses = new ArrayList<>();
    TrainedModel model = trainer.train(spec("mlp").parameter("epochs", 300)
        .parameter("learningRate", 0.05)
        .parameter("validationFraction", 0.5)
        .parameter("patience", 3)
        .build(), Clusters.of(60, 1), new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            losses.add(Objects.requireNonNull(report.metrics().get("validation.loss")));
          }
        });
    double best = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    assertThat(losses.size()).isBetween(4, 299);
    assertThat(losses.indexOf(best)).isEqualTo(losses.size() - 4);
    assertThat(model.metrics()).containsEntry("validation.loss", best)
        .containsEntry("epochs", (double) losses.size());
  }

  @Test
  void namesWhereATrainingDiverged() {
    float[] great = {1e30f, -1e30f, 1e25f, 3e30f, 2e30f, -1e35f};
    Dataset data = Dataset.of("great", Tensors.of("x", Tensor.of(great, 6, 1), "y",
        Tensor.of(new long[]{0, 1, 1, 0, 1, 0}, 6)));
    assertThatExceptionOfType(TrainingException.class)
        .isThrownBy(() -> train(spec("mlp").parameter("optimizer", "sgd")
            .parameter("learningRate", 1e6)
            .parameter("epochs", 10), data))
        .withMessageMatching("epoch \\d+, batch 1: the loss is .*diverged.*finite.*");
  }

  @Test
  void refusesHyperParametersThatAreWrong() {
    Map<String, String> wrong = new TreeMap<>(Map.of("epochs", "0", "batchSize", "1.5", "classes",
        "1", "inputScale", "0", "hidden", "8,0", "schedule", "wild", "optimizer", "lbfgs",
        "standardize", "yes", "warmupEpochs", "2"));
    wrong.put("patience", "-1");
    wrong.put("validationFraction", "1");
    wrong.put("weightDecay", "-0.1");
    wrong.put("learningRate", "NaN");
    wrong.forEach((name, value) -> assertThatExceptionOfType(ConfigurationException.class)
        .as("%s = %s", name, value)
        .isThrownBy(() -> train(spec("mlp").parameter(name, value), Clusters.of(30, 1)))
        .withMessageContainingAll("'" + name + "' is '" + value + "'", "expected"));
  }

  @Test
  void knowsOnlyTheHyperParametersThatApply() {
    for (TrainingSpec.Builder spec : List.of(spec("softmax-regression").parameter("hidden", "8"),
        spec("mlp").parameter("filters", "8"), spec("mlp").parameter("momentum", 0.5),
        spec("mlp").parameter("optimizer", "sgd").parameter("beta1", 0.5),
        spec("mlp").parameter("schedule", "fixed").parameter("learningRateDecay", 0.5),
        spec("resnet").parameter("activation", "tanh"))) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> train(spec, Clusters.of(30, 1)))
          .withMessageContainingAll("unknown hyper-parameter", "learningRate");
    }
  }

  @Test
  void refusesImagesThatAreNone() {
    for (TrainingSpec.Builder spec : List.of(spec("cnn"), spec("cnn").parameter("image", "2,2,1"),
        spec("resnet").parameter("image", "5"), spec("resnet").parameter("image", "1,2,3,4"))) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> train(spec, Clusters.of(30, 1)))
          .withMessageContaining("'image'");
    }
  }

  @Test
  void refusesSettingsThatContradictTheCall() {
    Dataset data = Clusters.of(30, 1);
    assertThatThrownBy(() -> trainer.train(
        spec("mlp").parameter("validationFraction", 0.5).build(), data, Optional.of(data),
        TrainingListener.NONE)).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("only one of the two");
    assertThatThrownBy(() -> train(spec("mlp").parameter("patience", 3), data))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'patience'", "validation");
    assertThatThrownBy(() -> train(spec("mlp").target("x"), data))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("two names");
    assertThatThrownBy(() -> train(spec("mlp").parameter("hidden", "65536,65536"), data))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("parameters", "dense2_weight");
  }

  @Test
  void refusesOptionsThatAreWrong() {
    for (Map.Entry<String, String> option : Map.of("device", "tpu", "threads", "0",
        "checkpointEvery", "0").entrySet()) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> new TensorFlowTrainerProvider()
              .open(ProviderOptions.empty().with(option.getKey(), option.getValue())))
          .withMessageContaining(option.getKey())
          .withMessageContaining(option.getValue());
    }
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> TensorFlowTrainerOptions.defaults().checkpointEvery(0));
  }
}

package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class PyTorchTrainerTest {
  private static TrainingSpec spec(String algorithm, String... parameters) {
    TrainingSpec.Builder spec = TrainingSpec.builder(algorithm)
        .features("x")
        .target("y")
        .parameter("epochs", 2);
    for (int i = 0; i < parameters.length; i += 2) {
      spec.parameter(parameters[i], parameters[i + 1]);
    }
    return spec.build();
  }

  private static TrainedModel train(TrainingSpec spec, Dataset data) throws InterruptedException {
    try (Trainer trainer = PyTorchTrainerProvider
        .open(PyTorchTrainerOptions.defaults().clock(InstantSource.fixed(Instant.EPOCH)))) {
      return trainer.train(spec, data, TrainingListener.NONE);
    }
  }

  private static void refuses(String named, String value, TrainingSpec spec) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> train(spec, Clusters.of(20, 6, 3, 1)))
        .withMessageContaining(named)
        .withMessageContaining(value);
  }

  @Test
  void hyperparametersThatDoNotFitAreNamed() {
    refuses("hidden", "8,,4", spec("mlp", "hidden", "8,,4"));
    refuses("activation", "swish", spec("mlp", "activation", "swish"));
    refuses("momentum", "adam", spec("mlp", "momentum", "0.5"));
    refuses("stepFactor", "fixed", spec("mlp", "stepFactor", "0.5"));
    refuses("filters", "16,32", spec("cnn", "image", "1,2,3", "filters", ""));
    refuses("image", "[6]", spec("cnn"));
    refuses("image", "1,2,4", spec("cnn", "image", "1,2,4"));
    refuses("kernel", "4", spec("cnn", "image", "1,2,3", "kernel", "4"));
    refuses("heads", "3", spec("transformer", "heads", "3", "width", "8"));
    refuses("[6]", "vocabulary", spec("transformer"));
    refuses("padding", "9", spec("transformer", "vocabulary", "5", "padding", "9"));
    refuses("classes", "'1'", spec("mlp", "classes", "1"));
    refuses("inputScale", "0", spec("mlp", "inputScale", "0"));
    refuses("patience", "2", spec("mlp", "patience", "2"));
    refuses("base", "torchscript", spec("torchscript"));
    refuses("parameters", "expected at most", spec("mlp", "hidden", "65536,65536"));
  }

  @Test
  void aTransformerLearnsFromTokensAndLooksPastPadding() throws Exception {
    SplittableRandom random = new SplittableRandom(5);
    int rows = 300;
    long[] tokens = new long[rows * 6];
    long[] labels = new long[rows];
    for (int r = 0; r < rows; r++) {
      int length = 2 + random.nextInt(5);
      labels[r] = random.nextInt(2);
      for (int t = 0; t < length; t++) {
        tokens[r * 6 + t] = 1L + random.nextInt(8);
      }
      // which one of two tokens is among them
      tokens[r * 6 + random.nextInt(length)] = 10 + labels[r];
    }
    Dataset data = Dataset.of("tokens",
        Tensors.of("x", Tensor.of(tokens, rows, 6), "y", Tensor.of(labels, rows)));

    TrainedModel trained = train(spec("transformer", "vocabulary", "12", "padding", "0", "epochs",
        "12", "learningRate", "0.01", "layers", "1", "width", "16"), data);

    assertThat(trained.metrics().get("train.accuracy")).isGreaterThan(0.97);
    try (InferenceEngine engine = PyTorchInferenceEngineProvider.open(PyTorchOptions.defaults());
        LoadedModel model = engine.load(trained.files())) {
      assertThat(model.inputs()).extracting(TensorSpec::toString)
          .containsExactly("x: INT64 [?, 6]");
      Tensors both = model.run(Tensors.of("x",
          Tensor.of(new long[]{3, 10, 0, 0, 0, 0, 5, 4, 11, 2, 0, 0}, 2, 6)));
      assertThat(both.get("label").toLongs()).containsExactly(0, 1);
    }
    assertThatExceptionOfType(TrainingException.class)
        .isThrownBy(() -> train(spec("transformer", "vocabulary", "11"), data))
        .withMessageContaining("token from 0 to 10");
  }

  @Test
  void theFactsSayWhatComputedAndWhere() throws Exception {
    TrainedModel trained = train(spec("mlp"), Clusters.of(20, 6, 3, 1));

    assertThat(trained.facts().trainer().name()).isEqualTo("pytorch");
    assertThat(trained.facts().trainer().threads()).isEqualTo(1);
    assertThat(trained.facts().started()).isEqualTo(Instant.EPOCH);
    assertThat(trained.facts().environment()).containsKeys("java.version", "os.arch",
        "pytorch.interOpThreads");
    assertThat(trained.facts().parents()).isEmpty();
  }

  @Test
  void aShareOfTheRowsIsHeldOutAndMeasuredBy() throws Exception {
    List<Integer> batches = new ArrayList<>();
    try (Trainer trainer = PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults())) {
      TrainedModel trained = trainer.train(
          spec("mlp", "validationFraction", "0.5", "batchSize", "5"), Clusters.of(40, 6, 3, 1),
          new TrainingListener() {
            @Override
            public void onBatch(BatchReport report) {
              batches.add(report.batches());
            }

            @Override
            public void onEpoch(EpochReport report) {
              assertThat(report.metrics()).containsKeys("train.loss", "train.accuracy",
                  "validation.loss", "validation.accuracy");
            }
          });
      assertThat(trained.metrics()).containsKeys("validation.loss");
    }
    assertThat(batches).containsOnly(4).hasSize(8);
  }

  @Test
  void patienceEndsATrainingAndKeepsTheBest() throws Exception {
    int[] epochs = new int[1];
    List<Double> losses = new ArrayList<>();
    try (Trainer trainer = PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults())) {
      TrainedModel trained = trainer.train(
          spec("mlp", "epochs", "60", "patience", "3", "learningRate", "0.05"),
          Clusters.of(40, 6, 3, 1), Optional.of(Clusters.of(40, 6, 3, 2)),
          new TrainingListener() {
            @Override
            public void onEpoch(EpochReport report) {
              epochs[0] = report.epoch();
              losses.add(Objects.requireNonNull(report.metrics().get("validation.loss")));
            }
          });
      double lowest = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
      assertThat(trained.metrics().get("validation.loss")).isEqualTo(lowest);
    }
    assertThat(epochs[0]).isLessThan(60);
  }

  @Test
  void aTrainingThatDivergesNamesEpochAndBatch() {
    assertThatExceptionOfType(TrainingException.class)
        .isThrownBy(() -> train(spec("mlp", "optimizer", "sgd", "learningRate", "1e6", "epochs",
            "20", "momentum", "0.99"), Clusters.of(64, 6, 3, 1)))
        .withMessageContaining("epoch");
  }

  @Test
  void aBaseThatIsNoModuleIsRefused() {
    ModelFiles text = ModelFiles.of(Map.of("a.pt", "text".getBytes(StandardCharsets.UTF_8),
        TorchScriptSignature.FILE, TorchScripts.perceptronFiles(1).read("signature.json")));
    try (Trainer trainer = PyTorchTrainerProvider
        .open(PyTorchTrainerOptions.defaults().base(text, Digest.sha256(new byte[0])))) {
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> trainer.train(spec("torchscript"), Clusters.of(20, 64, 3, 1),
              TrainingListener.NONE))
          .withMessageContaining("not a TorchScript module");
    }
  }

  @Test
  void rowsThatTheBaseDoesNotTakeAreRefused() {
    try (Trainer trainer = PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults()
        .base(TorchScripts.perceptronFiles(1), Digest.sha256(new byte[0])))) {
      assertThatExceptionOfType(TrainingException.class)
          .isThrownBy(() -> trainer.train(spec("torchscript"), Clusters.of(20, 6, 3, 1),
              TrainingListener.NONE))
          .withMessageContaining("'x'")
          .withMessageContaining("[?, 64]");
    }
  }
}

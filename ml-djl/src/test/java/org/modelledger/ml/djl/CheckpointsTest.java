package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class CheckpointsTest {
  private static final int ROWS = 60;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  /** Ends a training as a power cut would, after some epochs. */
  private record CutOff(int epoch) implements TrainingListener {
    @Override
    public void onBatch(BatchReport report) {
      if (report.epoch() > epoch && report.batch() == 2) {
        throw new IllegalStateException("cut off");
      }
    }
  }

  private static Dataset data(String algorithm, long seed) {
    Dataset clusters = Clusters.of(ROWS, 64, 10, seed);
    Tensors all = clusters.read(0, ROWS);
    return algorithm.equals("transformer")
        ? Dataset.of("clusters", Tensors.of("x",
            Tensor.wrap(all.get("x").dataType(),
                org.modelledger.inference.Shape.of(ROWS, 8, 8), all.get("x").data()),
            "y", all.get("y")))
        : clusters;
  }

  private static TrainingSpec spec(String algorithm, Map<String, String> changed) {
    TreeMap<String, String> parameters = new TreeMap<>(
        Map.of("epochs", "6", "batchSize", "16", "patience", "4", "learningRate", "0.01"));
    switch (algorithm) {
      case "mlp" -> parameters.putAll(Map.of("optimizer", "sgd", "schedule", "cosine"));
      case "cnn" ->
        parameters.putAll(Map.of("image", "1,8,8", "filters", "4", "optimizer", "adam"));
      case "resnet" -> parameters.putAll(
          Map.of("image", "1,8,8", "filters", "4,8", "optimizer", "adamw", "weightDecay", "0.1"));
      case "transformer" -> parameters
          .putAll(Map.of("width", "8", "heads", "2", "layers", "1", "dropout", "0.3"));
      default -> {
        // nothing of its own
      }
    }
    parameters.putAll(changed);
    TrainingSpec.Builder spec = TrainingSpec.builder(algorithm).features("x").target("y").seed(3);
    parameters.forEach(spec::parameter);
    return spec.build();
  }

  private static PyTorchTrainerOptions options() {
    return PyTorchTrainerOptions.defaults()
        .base(TorchScripts.perceptronFiles(3), Digest.sha256(new byte[0]));
  }

  private static TrainedModel train(PyTorchTrainerOptions options, TrainingSpec spec, long seed,
      TrainingListener listener) throws InterruptedException {
    try (Trainer trainer = PyTorchTrainerProvider.open(options)) {
      return trainer.train(spec, data(spec.algorithm(), seed),
          Optional.of(data(spec.algorithm(), 77)), listener);
    }
  }

  private void cutOff(TrainingSpec spec, int epoch) {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> train(options().checkpoints(directory), spec, 1, new CutOff(epoch)))
        .withMessage("cut off");
  }

  private static Map<String, Digest> contents(ModelFiles files) {
    Map<String, Digest> contents = new TreeMap<>();
    files.names().forEach(name -> contents.put(name, Digest.sha256(files.read(name))));
    return contents;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "resnet", "transformer", "torchscript"})
  void aTrainingThatWasCutOffMakesTheFilesOfAnUnbrokenOne(String algorithm) throws Exception {
    TrainingSpec spec = spec(algorithm, Map.of());
    TrainedModel unbroken = train(options(), spec, 1, TrainingListener.NONE);
    cutOff(spec, 3);
    List<Integer> epochs = new ArrayList<>();

    TrainedModel resumed = train(options().checkpoints(directory), spec, 1,
        new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            epochs.add(report.epoch());
          }
        });

    assertThat(epochs).startsWith(4).doesNotContain(1, 2, 3);
    assertThat(contents(resumed.files())).isEqualTo(contents(unbroken.files()));
    assertThat(resumed.metrics()).isEqualTo(unbroken.metrics());
  }

  @Test
  void aTornCheckpointIsPassedOver() throws Exception {
    TrainingSpec spec = spec("mlp", Map.of());
    TrainedModel unbroken = train(options(), spec, 1, TrainingListener.NONE);
    for (int kept : new int[]{0, 10, 2000}) {
      cutOff(spec, 3);
      Path newest = files().getLast();
      assertThat(newest).hasFileName("epoch-000003.zip");
      byte[] whole = Files.readAllBytes(newest);
      Files.write(newest, Arrays.copyOf(whole, kept));

      TrainedModel resumed = train(options().checkpoints(directory), spec, 1,
          TrainingListener.NONE);

      assertThat(contents(resumed.files())).isEqualTo(contents(unbroken.files()));
      for (Path file : files()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aCheckpointWithAChangedByteIsPassedOverOrRight() throws Exception {
    TrainingSpec spec = spec("mlp", Map.of());
    TrainedModel unbroken = train(options(), spec, 1, TrainingListener.NONE);
    cutOff(spec, 3);
    Path newest = files().getLast();
    byte[] whole = Files.readAllBytes(newest);
    Path before = files().getFirst();
    byte[] other = Files.readAllBytes(before);
    for (int at = 100; at < whole.length; at += whole.length / 12) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x10;
      for (Path file : files()) {
        Files.delete(file);
      }
      Files.write(newest, changed);
      Files.write(before, other);

      TrainedModel resumed = train(options().checkpoints(directory), spec, 1,
          TrainingListener.NONE);

      assertThat(contents(resumed.files())).as("byte %s", at).isEqualTo(contents(unbroken.files()));
    }
  }

  @Test
  void aCheckpointOfAnotherSpecificationOrOtherDataIsRefusedByName() throws Exception {
    cutOff(spec("mlp", Map.of()), 2);

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> train(options().checkpoints(directory),
            spec("mlp", Map.of("learningRate", "0.02")), 1, TrainingListener.NONE))
        .withMessageContaining("epoch-000002.zip")
        .withMessageContaining("learningRate=0.01")
        .withMessageContaining("learningRate=0.02");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> train(options().checkpoints(directory), spec("mlp", Map.of()), 2,
            TrainingListener.NONE))
        .withMessageContaining("epoch-000002.zip")
        .withMessageContaining("training data was");
  }

  @Test
  void keepsTheNewestTwoAndOneOfTheLastEpoch() throws Exception {
    train(options().checkpoints(directory).checkpointEvery(2),
        spec("mlp", Map.of("epochs", "5", "patience", "0")), 1, TrainingListener.NONE);

    assertThat(files()).extracting(path -> path.getFileName().toString())
        .containsExactly("epoch-000004.zip", "epoch-000005.zip");
  }

  @Test
  void aTrainingThatWasDoneIsDoneAtOnceWithTheSameFiles() throws Exception {
    TrainingSpec spec = spec("cnn", Map.of());
    TrainedModel first = train(options().checkpoints(directory), spec, 1, TrainingListener.NONE);

    TrainedModel again = train(options().checkpoints(directory), spec, 1, new TrainingListener() {
      @Override
      public void onBatch(BatchReport report) {
        throw new AssertionError("there was nothing left to train");
      }
    });

    assertThat(contents(again.files())).isEqualTo(contents(first.files()));
    assertThat(again.metrics()).isEqualTo(first.metrics());
  }
}

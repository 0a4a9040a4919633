package org.modelledger.ml.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class CheckpointTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private static TrainingSpec.Builder spec() {
    return TensorFlowTrainerTest.spec("mlp")
        .parameter("epochs", 6)
        .parameter("hidden", "8")
        .parameter("weightDecay", 0.01)
        .parameter("schedule", "cosine")
        .parameter("warmupEpochs", 2);
  }

  private static Dataset data() {
    return Clusters.of(60, 1);
  }

  /** Throws in the middle of an epoch, and notes which epochs it was told of. */
  private static final class Breaking implements TrainingListener {
    final List<Integer> epochs = new ArrayList<>();
    private final int at;

    Breaking(int at) {
      this.at = at;
    }

    @Override
    public void onBatch(BatchReport report) {
      if (report.epoch() == at && report.batch() == 2) {
        throw new IllegalStateException("cut off");
      }
    }

    @Override
    public void onEpoch(EpochReport report) {
      epochs.add(report.epoch());
    }
  }

  private TrainedModel train(TrainingSpec spec, Dataset data, TrainingListener listener)
      throws InterruptedException {
    try (Trainer trainer = TensorFlowTrainerOptions.defaults().checkpoints(directory).open()) {
      return trainer.train(spec, data, listener);
    }
  }

  private static TrainedModel unbroken(TrainingSpec spec) throws InterruptedException {
    try (Trainer trainer = TensorFlowTrainerOptions.defaults().open()) {
      return trainer.train(spec, data(), TrainingListener.NONE);
    }
  }

  private void cutOff(TrainingSpec spec, int epoch) {
    assertThatIllegalStateException()
        .isThrownBy(() -> train(spec, data(), new Breaking(epoch)))
        .withMessage("cut off");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "momentum", "rmsprop", "adagrad", "sgd"})
  void aTrainingThatWasCutOffGoesOnToTheSameFiles(String optimizer) throws IOException,
      InterruptedException {
    TrainingSpec spec = spec().parameter("optimizer", optimizer).build();
    TrainedModel expected = unbroken(spec);
    cutOff(spec, 4);
    assertThat(names()).containsExactly("epoch-0000002", "epoch-0000003");

    Breaking listener = new Breaking(0);
    TrainedModel actual = train(spec, data(), listener);

    assertThat(listener.epochs).containsExactly(4, 5, 6);
    assertThat(TensorFlowTrainerTest.digests(actual.files()))
        .isEqualTo(TensorFlowTrainerTest.digests(expected.files()));
    assertThat(actual.metrics()).isEqualTo(expected.metrics());
  }

  private static int epochs(TrainedModel trained) {
    return Objects.requireNonNull(trained.metrics().get("epochs")).intValue();
  }

  @Test
  void remembersTheBestOverABreak() throws InterruptedException {
    TrainingSpec spec = spec().parameter("epochs", 40)
        .parameter("schedule", "fixed")
        .parameter("learningRate", 0.2)
        .parameter("validationFraction", 0.4)
        .parameter("patience", 4)
        .build();
    TrainedModel expected = unbroken(spec);
    assertThat(epochs(expected)).isBetween(5, 39);
    cutOff(spec, epochs(expected));

    TrainedModel actual = train(spec, data(), TrainingListener.NONE);

    assertThat(TensorFlowTrainerTest.digests(actual.files()))
        .isEqualTo(TensorFlowTrainerTest.digests(expected.files()));
    assertThat(actual.metrics()).isEqualTo(expected.metrics());
  }

  @Test
  void passesOverWhatIsTorn() throws IOException, InterruptedException {
    TrainingSpec spec = spec().build();
    TrainedModel expected = unbroken(spec);
    cutOff(spec, 4);
    Path data = directory.resolve("epoch-0000003/state.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);

    Breaking listener = new Breaking(0);
    TrainedModel actual = train(spec, data(), listener);

    assertThat(listener.epochs).containsExactly(3, 4, 5, 6);
    assertThat(TensorFlowTrainerTest.digests(actual.files()))
        .isEqualTo(TensorFlowTrainerTest.digests(expected.files()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint.txt", "state.index", "state.data-00000-of-00001"})
  void beginsAnewWhereNothingIsWhole(String file) throws IOException, InterruptedException {
    TrainingSpec spec = spec().build();
    cutOff(spec, 3);
    Files.delete(directory.resolve("epoch-0000001").resolve(file));
    Path other = directory.resolve("epoch-0000002").resolve(file);
    Files.write(other, new byte[(int) Files.size(other) / 2]);

    Breaking listener = new Breaking(0);
    train(spec, data(), listener);

    assertThat(listener.epochs).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void refusesTheCheckpointOfAnotherTraining() {
    cutOff(spec().build(), 3);
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> train(spec().seed(4).build(), data(), TrainingListener.NONE))
        .withMessageContainingAll("epoch-0000002", "another specification");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> train(spec().build(), Clusters.of(60, 2), TrainingListener.NONE))
        .withMessageContainingAll("epoch-0000002", "another data");
  }

  @Test
  void makesTheSameModelAgainWhenAllIsDone() throws InterruptedException {
    TrainingSpec spec = spec().build();
    TrainedModel first = train(spec, data(), TrainingListener.NONE);

    Breaking listener = new Breaking(0);
    TrainedModel again = train(spec, data(), listener);

    assertThat(listener.epochs).isEmpty();
    assertThat(TensorFlowTrainerTest.digests(again.files()))
        .isEqualTo(TensorFlowTrainerTest.digests(first.files()));
  }

  @Test
  void writesOneAfterSoManyEpochsAndAfterTheLast() throws IOException, InterruptedException {
    try (Trainer trainer = TensorFlowTrainerOptions.defaults()
        .checkpoints(directory.resolve("a/b"))
        .checkpointEvery(4)
        .open()) {
      trainer.train(spec().build(), data(), TrainingListener.NONE);
    }
    directory = directory.resolve("a/b");
    assertThat(names()).containsExactly("epoch-0000004", "epoch-0000006");
  }
}

package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Memory outside the heap lives as long as PyTorch reads it, however often Java's collector runs. */
class GarbageCollectionTest {
  private static final int ROWS = 320;

  private static TrainingSpec spec(String network) {
    TrainingSpec.Builder spec = TrainingSpec
        .builder(network.equals("tokens") ? "transformer" : network)
        .features("x")
        .target("y")
        .seed(5)
        .parameter("epochs", 2);
    Map<String, String> parameters = switch (network) {
      case "cnn" -> Map.of("image", "1,8,8", "filters", "4,8", "inputScale", "0.5");
      case "resnet" -> Map.of("image", "1,8,8", "filters", "4,8");
      case "transformer" -> Map.of("layers", "2", "dropout", "0.1", "inputScale", "0.5");
      case "tokens" -> Map.of("layers", "1", "vocabulary", "10", "padding", "0");
      default -> Map.of("hidden", "32,16");
    };
    parameters.forEach(spec::parameter);
    return spec.build();
  }

  private static Dataset data(String network) {
    if (!network.equals("transformer") && !network.equals("tokens")) {
      return Clusters.of(ROWS, 64, 3, 1);
    }
    SplittableRandom random = new SplittableRandom(1);
    long[] labels = random.longs(ROWS, 0, 3).toArray();
    if (network.equals("tokens")) {
      long[] tokens = random.longs(ROWS * 8L, 0, 10).toArray();
      return Dataset.of("tokens",
          Tensors.of("x", Tensor.of(tokens, ROWS, 8), "y", Tensor.of(labels, ROWS)));
    }
    float[] steps = new float[ROWS * 64];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (float) random.nextDouble();
    }
    return Dataset.of("steps",
        Tensors.of("x", Tensor.of(steps, ROWS, 8, 8), "y", Tensor.of(labels, ROWS)));
  }

  private static ModelFiles train(String network) throws InterruptedException {
    try (Trainer trainer = PyTorchTrainerProvider.open(PyTorchTrainerOptions.defaults())) {
      return trainer.train(spec(network), data(network), TrainingListener.NONE).files();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "resnet", "transformer", "tokens"})
  void aTrainingIsTheSameWhileTheCollectorRunsAllTheTime(String network)
      throws InterruptedException {
    byte[] calm = train(network).read(TrainedNetwork.PARAMETERS_FILE);
    AtomicBoolean over = new AtomicBoolean();
    Thread collector = Thread.ofPlatform().start(() -> {
      while (!over.get()) {
        System.gc();
      }
    });
    try {
      assertThat(train(network).read(TrainedNetwork.PARAMETERS_FILE)).isEqualTo(calm);
    } finally {
      over.set(true);
      collector.join();
    }
  }
}

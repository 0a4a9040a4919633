package org.modelledger.ml.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** The code that docs/tensorflow.md shows is compiled and run here, letter by letter. */
class PageTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private float[] probabilities(Dataset digits, Tensor image) throws InterruptedException {
    // region tensorflow
    TrainingSpec spec = TrainingSpec.builder("mlp")
        .features("pixels")
        .target("digit")
        .seed(42)
        .parameter("inputScale", 1.0 / 16)
        .build();
    try (Trainer trainer = TensorFlowTrainerOptions.defaults().checkpoints(directory).open();
        InferenceEngine engine = TensorFlowOptions.defaults().open()) {
      TrainedModel trained = trainer.train(spec, digits, TrainingListener.NONE);
      try (LoadedModel model = engine.load(trained.files())) { // a SavedModel
        return model.run(Tensors.of("pixels", image)).get("scores").toFloats();
      }
    }
    // endregion
  }

  @Test
  void runsWhatThePageShows() throws IOException, InterruptedException {
    Digits digits = Digits.read(true);

    float[] probabilities = probabilities(digits.dataset(),
        Tensor.of(digits.pixels().getFirst(), 1, 64));

    assertThat(probabilities).hasSize(10);
    assertThat(probabilities[digits.labels().getFirst().intValue()]).isGreaterThan(0.5f);
  }

  @Test
  void showsWhatIsRun() throws IOException {
    assertThat(block("<!-- snippet: tensorflow -->\\R```java\\R(.*?)```",
        Path.of("../docs/tensorflow.md"))).isEqualTo(
            block("// region tensorflow\\R(.*?)\\R *// endregion", Path
                .of("src/test/java/org/modelledger/ml/tensorflow/PageTest.java")));
  }

  private static String block(String pattern, Path file) throws IOException {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(Files.readString(file));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1).stripIndent().strip();
  }
}

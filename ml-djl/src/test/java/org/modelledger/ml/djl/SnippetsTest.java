package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** The code of docs/djl.md runs. */
class SnippetsTest {
  @Test
  void tenLines() throws IOException, InterruptedException {
    Dataset digits = Digits.read(false).dataset();
    float[] image = Digits.read(true).pixels().getFirst();
    long digit;
    // @start region=djl
    TrainingSpec spec = TrainingSpec.builder("cnn")
        .features("pixels")
        .target("digit")
        .seed(42)
        .parameter("image", "1,8,8")
        .parameter("filters", "8,16")
        .parameter("epochs", 3)
        .parameter("inputScale", 1.0 / 16)
        .build();
    try (Trainer trainer = new PyTorchTrainerProvider().open(ProviderOptions.empty());
        InferenceEngine engine = new PyTorchInferenceEngineProvider()
            .open(ProviderOptions.empty())) {
      TrainedModel trained = trainer.train(spec, digits, TrainingListener.NONE);
      try (LoadedModel model = engine.load(trained.files())) {
        digit = model.run(Tensors.of("pixels", Tensor.of(image, 1, 64))).get("label").toLongs()[0];
      }
    }
    // @end
    assertThat(digit).isEqualTo(Digits.read(true).labels().getFirst());
  }

  @Test
  void theyAreThoseOfTheManual() throws IOException {
    assertThat(words(Path.of("../docs/djl.md"), "```java", "```")).isEqualTo(words(
        Path.of("src/test/java/org/modelledger/ml/djl/SnippetsTest.java"), "// @start region=djl",
        "// @end"));
  }

  /** The formatter may break lines differently. */
  private static String words(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    int start = text.indexOf(from) + from.length();
    return text.substring(start, text.indexOf(to, start)).replaceAll("\\s+", "");
  }
}

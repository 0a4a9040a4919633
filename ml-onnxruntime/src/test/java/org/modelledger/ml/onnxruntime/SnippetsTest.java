package org.modelledger.ml.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;

/** What docs/onnxruntime.md shows, run, and compared with it. */
class SnippetsTest {
  @Test
  void theTenLinesRun() throws InterruptedException {
    byte[] bytes = Graphs.bytes(Graphs.mlp(1, 64, 10));
    float[] pixels = new float[64];
    float[] scores;
    // region ten-lines
    OnnxRuntimeOptions options = OnnxRuntimeOptions.builder().device("cpu").threads(1).build();
    ModelFiles files = ModelFiles.of(Map.of("model.onnx", bytes)); // or out of an artifact store
    try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(options);
        OnnxRuntimeModel model = engine.load(files)) {
      Tensors outputs = model.run(Tensors.of("x", Tensor.of(pixels, 1, 64)));
      scores = outputs.get("y").toFloats();
    }
    // endregion
    assertThat(scores).hasSize(10);
  }

  @Test
  void theTenLinesAreWhatThePageShows() throws IOException {
    String source = Files.readString(
        Path.of("src/test/java/org/modelledger/ml/onnxruntime/SnippetsTest.java"));
    String page = Files.readString(Path.of("../docs/onnxruntime.md"));
    String region = source
        .substring(source.indexOf("// region ten-lines\n") + 20, source.indexOf("    // endregion"))
        .replaceAll("(?m)^    ", "");
    assertThat(page).contains("```java\n" + region + "```\n");
  }
}

package org.modelledger.largemodels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxReader;

/**
 * Models that others have trained, out of their packages: registered, deployed, loaded with every byte verified, run with receipts,
 * replayed – and they do what they were trained for.
 */
@EnabledIfSystemProperty(named = PackagedModels.PROPERTY, matches = ".+", disabledReason = PackagedModels.WHY)
class PretrainedModelsIT {
  @TempDir
  Path dir;

  @SuppressWarnings("NullAway.Init")
  private Workbench bench;

  @BeforeEach
  void open() {
    bench = new Workbench(dir);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private AttestedModel load(String name, String file) throws IOException, InterruptedException {
    return bench.load(name,
        ModelFiles.of(Map.of("model.onnx", Files.readAllBytes(PackagedModels.file(file)))));
  }

  @Test
  void sileroHearsNoSpeechInSilence() throws IOException, InterruptedException {
    try (AttestedModel model = load("silero/vad", "silero_vad/data/silero_vad.onnx")) {
      Tensor rate = Tensor.of(new long[]{16_000});
      Tensor state = Tensor.of(new float[2 * 128], 2, 1, 128);
      for (int chunk = 0; chunk < 5; chunk++) {
        // 64 samples of context and 512 new ones
        // its third input is 8000 or 16000: no probe guesses that, so nothing is promised and nothing replayed
        Inference inference = model.infer(Tensors.of(
            Map.of("input", Tensor.of(new float[576], 1, 576), "state", state, "sr", rate)));
        bench.verifyWithoutReplay(inference);
        Tensors outputs = inference.outputs();
        assertThat(outputs.get("output").toFloats()[0]).isBetween(0f, 0.1f);
        assertThat(outputs.get("stateN")).isNotEqualTo(state);
        state = outputs.get("stateN");
      }
    }
  }

  @Test
  void magikaTellsKindsOfFilesApart() throws IOException, InterruptedException {
    JsonNode labels = new ObjectMapper()
        .readTree(PackagedModels.file("standard_v3_3/config.min.json").toFile())
        .get("target_labels_space");
    byte[] java = Files.readAllBytes(
        Path.of("src/test/java/org/modelledger/largemodels/PretrainedModelsIT.java"));
    byte[] python = """
        import sys

        def main(arguments):
            for number, line in enumerate(sys.stdin):
                if arguments[0] in line:
                    print(f"{number}: {line}", end="")

        if __name__ == "__main__":
            main(sys.argv[1:])
        """.getBytes(UTF_8);
    try (AttestedModel model = load("google/magika", "standard_v3_3/model.onnx")) {
      for (Map.Entry<String, byte[]> file : Map.of("java", java, "python", python).entrySet()) {
        float[] scores = bench.attested(model, Tensors.of("bytes", features(file.getValue())))
            .get("target_label")
            .toFloats();
        assertThat(labels.get(greatest(scores, 0, scores.length)).asText())
            .isEqualTo(file.getKey());
      }
    }
  }

  /** The first and the last 1024 bytes, filled up with 256; without white space at the ends. */
  private static Tensor features(byte[] file) {
    byte[] content = new String(file, UTF_8).strip().getBytes(UTF_8);
    int[] features = new int[2048];
    Arrays.fill(features, 256);
    int length = Math.min(1024, content.length);
    for (int i = 0; i < length; i++) {
      features[i] = content[i] & 0xff;
      features[2047 - i] = content[content.length - 1 - i] & 0xff;
    }
    return Tensor.of(features, 1, 2048);
  }

  private static int greatest(float[] scores, int from, int to) {
    int best = from;
    for (int i = from; i < to; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best - from;
  }

  @Test
  void theOcrModelsReadDigits() throws IOException, InterruptedException {
    Path file = PackagedModels.file("ch_PP-OCRv4_rec_infer.onnx");
    List<String> characters = OnnxReader.read(Files.readAllBytes(file))
        .metadata()
        .getOrDefault("character", "")
        .lines()
        .toList();
    float[] image = Digits.write("31415926", 48, 320);
    try (AttestedModel model = load("rapidocr/recogniser", "ch_PP-OCRv4_rec_infer.onnx")) {
      String input = model.inputs().getFirst().name();
      String output = model.outputs().getFirst().name();
      Tensor steps = bench.attested(model, Tensors.of(input, Tensor.of(image, 1, 3, 48, 320)))
          .get(output);
      float[] scores = steps.toFloats();
      int classes = (int) steps.shape().length(2);
      StringBuilder text = new StringBuilder();
      int before = 0;
      for (int step = 0; step < steps.shape().length(1); step++) {
        int best = greatest(scores, step * classes, (step + 1) * classes);
        // connectionist temporal classification: 0 is nothing, a repetition is the same character
        if (best != 0 && best != before) {
          text.append(best <= characters.size() ? characters.get(best - 1) : " ");
        }
        before = best;
      }
      assertThat(text.toString().strip()).isEqualTo("31415926");
    }
  }

  @Test
  void theOcrModelsFindWhereTextIs() throws IOException, InterruptedException {
    float[] image = new float[3 * 96 * 320];
    Arrays.fill(image, 1);
    float[] line = Digits.write("31415926", 48, 320);
    for (int channel = 0; channel < 3; channel++) {
      System.arraycopy(line, channel * 48 * 320, image, channel * 96 * 320, 48 * 320);
    }
    try (AttestedModel model = load("rapidocr/detector", "ch_PP-OCRv4_det_infer.onnx")) {
      Tensor map = bench.attested(model,
          Tensors.of(model.inputs().getFirst().name(), Tensor.of(image, 1, 3, 96, 320)))
          .get(model.outputs().getFirst().name());
      assertThat(map.shape().lengths()).containsExactly(1, 1, 96, 320);
      float[] text = map.toFloats();
      assertThat(share(text, 12 * 320, 36 * 320)).isGreaterThan(0.15);
      assertThat(share(text, 64 * 320, 96 * 320)).isLessThan(0.01);
    }
  }

  private static double share(float[] map, int from, int to) {
    int over = 0;
    for (int i = from; i < to; i++) {
      over += map[i] > 0.5 ? 1 : 0;
    }
    return (double) over / (to - from);
  }

  @Test
  void theOcrModelsSeeWhichWayUpTextIs() throws IOException, InterruptedException {
    float[] upright = Digits.write("31415", 48, 192);
    float[] turned = new float[upright.length];
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < 48 * 192; i++) {
        turned[channel * 48 * 192 + i] = upright[channel * 48 * 192 + 48 * 192 - 1 - i];
      }
    }
    try (AttestedModel model = load("rapidocr/classifier",
        "ch_ppocr_mobile_v2.0_cls_infer.onnx")) {
      float[][] scores = new float[2][];
      for (int i = 0; i < 2; i++) {
        scores[i] = bench.attested(model, Tensors.of(model.inputs().getFirst().name(),
            Tensor.of(i == 0 ? upright : turned, 1, 3, 48, 192)))
            .get(model.outputs().getFirst().name())
            .toFloats();
        assertThat(scores[i][0] + scores[i][1]).isCloseTo(1, within(1e-4f));
      }
      assertThat(scores[0][0]).as("upright").isGreaterThan(0.9f);
      assertThat(scores[1][1]).as("turned by 180 degrees").isGreaterThan(0.9f);
    }
  }
}

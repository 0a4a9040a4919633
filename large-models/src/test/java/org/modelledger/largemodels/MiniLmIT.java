package org.modelledger.largemodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.tokenizers.TextTokenizer;
import org.modelledger.ml.tokenizers.TokenizerOptions;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.models.Bert;
import org.modelledger.onnx.models.SafetensorsWeights;
import org.modelledger.onnx.models.safetensors.SafetensorsFile;

/**
 * The sentence encoder all-MiniLM-L6-v2, from the checkpoint of its makers: our graph with its weights and its tokenizer gives the
 * vectors of the original implementation ({@code minilm/SOURCE.md}).
 */
@EnabledIfSystemProperty(named = PackagedModels.PROPERTY, matches = ".+", disabledReason = PackagedModels.WHY)
class MiniLmIT {
  private static final int WIDTH = 384;
  private static final int BATCH = 10;

  @TempDir
  Path dir;

  /** The model with the tokenizer beside it. */
  private static final class WithTokenizer implements ModelFiles {
    private final ModelFiles model;
    private final byte[] tokenizer;

    WithTokenizer(ModelFiles model, byte[] tokenizer) {
      this.model = model;
      this.tokenizer = tokenizer.clone();
    }

    @Override
    public SortedSet<String> names() {
      TreeSet<String> names = new TreeSet<>(model.names());
      names.add(TextTokenizer.FILE);
      return Collections.unmodifiableSortedSet(names);
    }

    @Override
    public long size(String name) {
      return name.equals(TextTokenizer.FILE) ? tokenizer.length : model.size(name);
    }

    @Override
    public InputStream open(String name) {
      return name.equals(TextTokenizer.FILE)
          ? new ByteArrayInputStream(tokenizer)
          : model.open(name);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(
        MiniLmIT.class.getResourceAsStream("minilm/" + name), name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void givesTheVectorsOfTheOriginal() throws IOException, InterruptedException {
    List<String> sentences = new String(resource("sentences.txt"), StandardCharsets.UTF_8).lines()
        .toList();
    ByteBuffer expected = ByteBuffer.wrap(resource("vectors.f32")).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(sentences).hasSize(100);
    assertThat(expected.remaining()).isEqualTo(100 * WIDTH * Float.BYTES);
    Path checkpoint = PackagedModels.file("model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint);
        Workbench bench = new Workbench(dir);
        AttestedModel model = bench.load("acme/sentences",
            new WithTokenizer(Bert.miniLmL6().files(new SafetensorsWeights(file)),
                Files.readAllBytes(checkpoint.resolveSibling(TextTokenizer.FILE))));
        TextTokenizer tokenizer = TextTokenizer.load(
            bench.ledger().artifacts().open(model.version().artifact()),
            TokenizerOptions.defaults().truncatingTo(256))) {
      for (int first = 0; first < sentences.size(); first += BATCH) {
        Tensors inputs = tokenizer.encode(sentences.subList(first, first + BATCH));
        float[] vectors = (first == 0
            ? bench.attested(model, inputs)
            : model.infer(inputs).outputs()).get("sentence_embedding").toFloats();
        for (int i = 0; i < BATCH * WIDTH; i++) {
          assertThat(vectors[i])
              .as("'%s', component %d", sentences.get(first + i / WIDTH), i % WIDTH)
              .isCloseTo(expected.getFloat((first * WIDTH + i) * Float.BYTES), within(1e-4f));
        }
      }
    }
  }
}

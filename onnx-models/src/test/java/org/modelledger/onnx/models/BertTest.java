package org.modelledger.onnx.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;

class BertTest {
  private static final Bert TINY = new Bert(2, 3, 12, 20, 17, 9, 2, 1e-12f, Bert.Output.TOKENS);
  private static final int SEQUENCE = 5;
  private static final long[][] IDS = {{3, 1, 4, 1, 5}, {16, 0, 2, 7, 7}};
  private static final long[][] MASK = {{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}};
  private static final long[][] TYPES = {{0, 0, 1, 1, 1}, {0, 1, 0, 0, 1}};

  @TempDir
  private Path directory;

  private final RandomWeights weights = new RandomWeights(7);
  private final Reference reference = new Reference(weights);

  private Tensors run(Bert bert) throws IOException, OrtException {
    try (Ort ort = new Ort(bert.files(weights), directory)) {
      return ort.run(Tensors.of(Map.of("input_ids", batch(IDS), "attention_mask", batch(MASK),
          "token_type_ids", batch(TYPES))));
    }
  }

  private static Tensor batch(long[][] rows) {
    return Tensor.of(
        Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray(),
        rows.length, SEQUENCE);
  }

  private double[][] expected(int row) {
    double[][] words = weights.rows("embeddings.word_embeddings.weight", TINY.hidden());
    double[][] places = weights.rows("embeddings.position_embeddings.weight", TINY.hidden());
    double[][] types = weights.rows("embeddings.token_type_embeddings.weight", TINY.hidden());
    double[][] x = new double[SEQUENCE][];
    for (int i = 0; i < SEQUENCE; i++) {
      x[i] = Reference.add(
          Reference.add(new double[][]{words[(int) IDS[row][i]]}, new double[][]{places[i]}),
          new double[][]{types[(int) TYPES[row][i]]})[0];
    }
    x = reference.layerNorm(x, "embeddings.LayerNorm", TINY.epsilon());
    for (int layer = 0; layer < TINY.layers(); layer++) {
      String name = "encoder.layer." + layer;
      double[][] context = Reference.attention(
          reference.linear(x, name + ".attention.self.query"),
          reference.linear(x, name + ".attention.self.key"),
          reference.linear(x, name + ".attention.self.value"), TINY.heads(),
          pair -> MASK[row][pair % SEQUENCE] == 1);
      double[][] y = reference.layerNorm(
          Reference.add(reference.linear(context, name + ".attention.output.dense"), x),
          name + ".attention.output.LayerNorm", TINY.epsilon());
      double[][] wide = Reference.map(reference.linear(y, name + ".intermediate.dense"),
          Reference::gelu);
      x = reference.layerNorm(Reference.add(reference.linear(wide, name + ".output.dense"), y),
          name + ".output.LayerNorm", TINY.epsilon());
    }
    return x;
  }

  @Test
  void computesWhatThePlainComputationDoes() throws IOException, OrtException {
    Tensor states = run(TINY).get("last_hidden_state");
    assertThat(states.shape().lengths()).containsExactly(2, SEQUENCE, TINY.hidden());
    for (int row = 0; row < 2; row++) {
      close(states.toFloats(), row * SEQUENCE * TINY.hidden(), expected(row));
    }
  }

  @Test
  void thePoolerLooksAtTheFirstToken() throws IOException, OrtException {
    Tensors outputs = run(TINY.with(Bert.Output.TOKENS_AND_POOLER));
    assertThat(outputs.names()).containsExactlyInAnyOrder("last_hidden_state", "pooler_output");
    for (int row = 0; row < 2; row++) {
      double[][] pooled = Reference.map(
          reference.linear(new double[][]{expected(row)[0]}, "pooler.dense"), Math::tanh);
      close(outputs.get("pooler_output").toFloats(), row * TINY.hidden(), pooled);
    }
  }

  @Test
  void aSentenceIsTheMeanOfItsTokensWithoutPadding() throws IOException, OrtException {
    Tensor sentences = run(TINY.with(Bert.Output.SENTENCE)).get("sentence_embedding");
    assertThat(sentences.shape().lengths()).containsExactly(2, TINY.hidden());
    for (int row = 0; row < 2; row++) {
      double[] mean = new double[TINY.hidden()];
      double[][] tokens = expected(row);
      for (int i = 0; i < SEQUENCE; i++) {
        for (int j = 0; j < mean.length; j++) {
          mean[j] += tokens[i][j] * MASK[row][i];
        }
      }
      double length = Math.sqrt(Reference.dot(mean, mean));
      close(sentences.toFloats(), row * TINY.hidden(),
          Reference.map(new double[][]{mean}, element -> element / length));
    }
  }

  static void close(float[] found, int offset, double[][] expected) {
    int at = offset;
    for (double[] row : expected) {
      for (double element : row) {
        assertThat((double) found[at]).as("element %d", at).isCloseTo(element, within(2e-5));
        at++;
      }
    }
  }

  @Test
  void hasTheParametersOfTheOriginals() {
    assertThat(Bert.base().graph().parameters().stream().mapToLong(Parameter::elements).sum())
        .isEqualTo(109_482_240);
    // without the pooler's 384 · 384 + 384, which the sentence encoder does not use
    assertThat(Bert.miniLmL6().graph().parameters().stream().mapToLong(Parameter::elements).sum())
        .isEqualTo(22_713_216 - 147_840);
  }

  @Test
  void refusesHeadsThatDoNotDivideTheWidth() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bert(1, 5, 12, 20, 17, 9, 2, 1e-12f, Bert.Output.TOKENS))
        .withMessageContainingAll("heads 5", "hidden 12");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Bert(0, 3, 12, 20, 17, 9, 2, 1e-12f, Bert.Output.TOKENS))
        .withMessageContaining("layers 0");
  }
}

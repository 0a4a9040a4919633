package org.modelledger.onnx.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;

class Gpt2Test {
  private static final Gpt2 TINY = new Gpt2(2, 3, 12, 19, 16, true);
  private static final long[] TOKENS = {3, 18, 0, 7, 7, 11};

  @TempDir
  private Path directory;

  private final RandomWeights weights = new RandomWeights(11);

  private Ort open(Gpt2 gpt2) throws IOException, OrtException {
    return new Ort(gpt2.files(weights), Files.createDirectory(
        directory.resolve(gpt2.cache() ? "with" : "without")));
  }

  private static Map<String, Tensor> inputs(int past, long... tokens) {
    long[] mask = new long[past + tokens.length];
    Arrays.fill(mask, 1);
    long[] places = new long[tokens.length];
    Arrays.setAll(places, i -> past + i);
    return new HashMap<>(Map.of("input_ids", Tensor.of(tokens, 1, tokens.length), "position_ids",
        Tensor.of(places, 1, places.length), "attention_mask", Tensor.of(mask, 1, mask.length)));
  }

  private static Map<String, Tensor> firstCall(long... tokens) {
    Map<String, Tensor> inputs = inputs(0, tokens);
    for (int layer = 0; layer < TINY.layers(); layer++) {
      for (String part : new String[]{".key", ".value"}) {
        inputs.put("past_key_values." + layer + part,
            Tensor.of(new float[0], 1, TINY.heads(), 0, TINY.hidden() / TINY.heads()));
      }
    }
    return inputs;
  }

  private double[][] expected() {
    Reference reference = new Reference(weights);
    double[][] table = weights.rows("wte.weight", TINY.hidden());
    double[][] places = weights.rows("wpe.weight", TINY.hidden());
    double[][] x = new double[TOKENS.length][];
    for (int i = 0; i < TOKENS.length; i++) {
      x[i] = Reference.add(new double[][]{table[(int) TOKENS[i]]}, new double[][]{places[i]})[0];
    }
    for (int layer = 0; layer < TINY.layers(); layer++) {
      String name = "h." + layer;
      double[][] mixed = reference.conv1d(reference.layerNorm(x, name + ".ln_1", 1e-5),
          name + ".attn.c_attn");
      double[][] context = Reference.attention(part(mixed, 0), part(mixed, 1), part(mixed, 2),
          TINY.heads(), pair -> pair % TOKENS.length <= pair / TOKENS.length);
      double[][] y = Reference.add(reference.conv1d(context, name + ".attn.c_proj"), x);
      double[][] wide = Reference.map(
          reference.conv1d(reference.layerNorm(y, name + ".ln_2", 1e-5), name + ".mlp.c_fc"),
          Reference::geluTanh);
      x = Reference.add(reference.conv1d(wide, name + ".mlp.c_proj"), y);
    }
    x = reference.layerNorm(x, "ln_f", 1e-5);
    double[][] logits = new double[TOKENS.length][TINY.vocabulary()];
    for (int i = 0; i < TOKENS.length; i++) {
      for (int token = 0; token < TINY.vocabulary(); token++) {
        logits[i][token] = Reference.dot(x[i], table[token]);
      }
    }
    return logits;
  }

  private static double[][] part(double[][] mixed, int number) {
    return Arrays.stream(mixed)
        .map(row -> Arrays.copyOfRange(row, number * TINY.hidden(), (number + 1) * TINY.hidden()))
        .toArray(double[][]::new);
  }

  @Test
  void computesWhatThePlainComputationDoes() throws IOException, OrtException {
    try (Ort ort = open(TINY.withoutCache())) {
      Tensors outputs = ort.run(Tensors.of(inputs(0, TOKENS)));
      assertThat(outputs.names()).containsExactly("logits");
      assertThat(outputs.get("logits").shape().lengths())
          .containsExactly(1, TOKENS.length, TINY.vocabulary());
      BertTest.close(outputs.get("logits").toFloats(), 0, expected());
    }
  }

  @Test
  void tokenByTokenWithTheCacheIsTheSame() throws IOException, OrtException {
    try (Ort whole = open(TINY.withoutCache()); Ort cached = open(TINY)) {
      float[] expected = whole.run(Tensors.of(inputs(0, TOKENS))).get("logits").toFloats();
      Map<String, Tensor> inputs = firstCall(TOKENS[0]);
      for (int i = 0; i < TOKENS.length; i++) {
        Tensors outputs = cached.run(Tensors.of(inputs));
        assertThat(outputs.get("logits").toFloats()).containsExactly(Arrays.copyOfRange(expected,
            i * TINY.vocabulary(), (i + 1) * TINY.vocabulary()), within(2e-5f));
        assertThat(outputs.get("present.1.value").shape().lengths())
            .containsExactly(1, TINY.heads(), i + 1, TINY.hidden() / TINY.heads());
        if (i + 1 < TOKENS.length) {
          inputs = inputs(i + 1, TOKENS[i + 1]);
          putPast(inputs, outputs);
        }
      }
    }
  }

  @Test
  void severalTokensMayFollowTheCache() throws IOException, OrtException {
    try (Ort whole = open(TINY.withoutCache()); Ort cached = open(TINY)) {
      float[] expected = whole.run(Tensors.of(inputs(0, TOKENS))).get("logits").toFloats();
      Tensors first = cached.run(Tensors.of(firstCall(Arrays.copyOf(TOKENS, 2))));
      Map<String, Tensor> rest = inputs(2, Arrays.copyOfRange(TOKENS, 2, TOKENS.length));
      putPast(rest, first);
      assertThat(cached.run(Tensors.of(rest)).get("logits").toFloats()).containsExactly(
          Arrays.copyOfRange(expected, 2 * TINY.vocabulary(), expected.length), within(2e-5f));
    }
  }

  private static void putPast(Map<String, Tensor> inputs, Tensors outputs) {
    for (String name : outputs.names()) {
      if (name.startsWith("present.")) {
        inputs.put(name.replace("present.", "past_key_values."), outputs.get(name));
      }
    }
  }

  @Test
  void paddingBeforeAPromptDoesNotCount() throws IOException, OrtException {
    try (Ort ort = open(TINY.withoutCache())) {
      Tensors outputs = ort.run(Tensors.of(Map.of("input_ids",
          Tensor.of(new long[]{5, 5, 3, 18, 3, 18, 0, 7}, 2, 4), "attention_mask",
          Tensor.of(new long[]{0, 0, 1, 1, 1, 1, 1, 1}, 2, 4), "position_ids",
          Tensor.of(new long[]{0, 0, 0, 1, 0, 1, 2, 3}, 2, 4))));
      float[] logits = outputs.get("logits").toFloats();
      double[][] expected = expected();
      BertTest.close(logits, 2 * TINY.vocabulary(), Arrays.copyOf(expected, 2));
      BertTest.close(logits, 4 * TINY.vocabulary(), Arrays.copyOf(expected, 4));
    }
  }

  @Test
  void theHeadIsTheTableOfTheEmbeddings() {
    ModelFiles files = Gpt2.small().files(new SeededWeights(1));
    assertThat(Gpt2.small().graph().parameters().stream().mapToLong(Parameter::elements).sum())
        .isEqualTo(124_439_808);
    assertThat(files.size("model.onnx") + files.size("model.onnx.data"))
        .isBetween(124_439_808L * 4, 124_439_808L * 4 + 10_000_000);
  }

  @Test
  void refusesHeadsThatDoNotDivideTheWidth() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Gpt2(1, 5, 12, 20, 17, true))
        .withMessageContainingAll("heads 5", "hidden 12");
  }
}

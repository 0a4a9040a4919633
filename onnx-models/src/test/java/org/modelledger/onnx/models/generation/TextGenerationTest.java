package org.modelledger.onnx.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.onnx.models.Bert;
import org.modelledger.onnx.models.Gpt2;
import org.modelledger.onnx.models.OrtModel;
import org.modelledger.onnx.models.Parameter;
import org.modelledger.onnx.models.SeededWeights;

class TextGenerationTest {
  private static final Gpt2 TINY = new Gpt2(2, 3, 12, 40, 64, true);
  private static final long[] PROMPT = {3, 18, 0};

  @TempDir
  private Path directory;

  @SuppressWarnings("NullAway.Init")
  private OrtModel cached;

  @SuppressWarnings("NullAway.Init")
  private OrtModel plain;

  @BeforeEach
  void open() throws IOException, OrtException {
    // so large that logits differ visibly
    cached = new OrtModel(TINY.files(parameter -> new SeededWeights(3).open(louder(parameter))),
        Files.createDirectory(directory.resolve("cached")));
    plain = new OrtModel(
        TINY.withoutCache().files(parameter -> new SeededWeights(3).open(louder(parameter))),
        Files.createDirectory(directory.resolve("plain")));
  }

  private static Parameter louder(Parameter parameter) {
    return Parameter.random(parameter.name(), 0.5,
        parameter.shape().stream().mapToLong(Long::longValue).toArray());
  }

  @AfterEach
  void close() {
    cached.close();
    plain.close();
  }

  private static long[] answer(OrtModel model, GenerationSettings settings)
      throws InterruptedException {
    return new TextGeneration().run(model, settings.inputs(PROMPT)).get("answer").toLongs();
  }

  @Test
  void theCacheChangesNothingButTheWork() throws InterruptedException {
    for (GenerationSettings settings : List.of(GenerationSettings.greedy(20),
        GenerationSettings.sampled(20, 1, 7), GenerationSettings.sampled(20, 1, 8).withTopK(5),
        GenerationSettings.sampled(20, 1, 9).withTopP(0.7))) {
      cached.runs().clear();
      plain.runs().clear();
      assertThat(answer(cached, settings)).as(settings.toString())
          .hasSize(20)
          .containsExactly(answer(plain, settings));
      for (int i = 0; i < 20; i++) {
        assertThat(cached.runs().get(i).get("input_ids").shape().elements())
            .isEqualTo(i == 0 ? 3 : 1);
        assertThat(plain.runs().get(i).get("input_ids").shape().elements()).isEqualTo(3 + i);
      }
    }
  }

  @Test
  void whatTheModelRemembersGoesBackAsItIs() throws InterruptedException {
    answer(cached, GenerationSettings.greedy(3));
    for (int run = 1; run < 3; run++) {
      Tensors before = cached.results().get(run - 1);
      Tensors now = cached.runs().get(run);
      for (int layer = 0; layer < 2; layer++) {
        for (String part : List.of(".key", ".value")) {
          assertThat(now.get("past_key_values." + layer + part))
              .isSameAs(before.get("present." + layer + part));
        }
      }
    }
  }

  @Test
  void greedyTakesTheGreatestLogitEachTime() throws InterruptedException {
    long[] answer = answer(plain, GenerationSettings.greedy(5));
    for (int i = 0; i < 5; i++) {
      float[] logits = plain.results().get(i).get("logits").toFloats();
      int row = logits.length - 40;
      for (int token = 0; token < 40; token++) {
        assertThat(logits[row + token]).isLessThanOrEqualTo(logits[row + (int) answer[i]]);
      }
    }
  }

  @Test
  void theSeedIsAllTheRandomness() throws InterruptedException {
    GenerationSettings settings = GenerationSettings.sampled(20, 1.5, 1);
    assertThat(answer(cached, settings)).containsExactly(answer(cached, settings))
        .isNotEqualTo(answer(cached, GenerationSettings.sampled(20, 1.5, 2)));
  }

  @Test
  void tellsOfEachTokenBeforeTheNextRun() throws InterruptedException {
    List<Long> heard = new ArrayList<>();
    List<Integer> runs = new ArrayList<>();
    Tensors outputs = new TextGeneration().streaming(token -> {
      heard.add(token);
      runs.add(cached.runs().size());
    }).run(cached, GenerationSettings.greedy(4).inputs(PROMPT));
    assertThat(outputs.get("answer")).isEqualTo(
        Tensor.of(heard.stream().mapToLong(Long::longValue).toArray(), 4));
    assertThat(runs).containsExactly(1, 2, 3, 4);
  }

  @Test
  void endsWithAStopToken() throws InterruptedException {
    long[] whole = answer(cached, GenerationSettings.greedy(20));
    long stop = whole[2];
    long[] answer = answer(cached, GenerationSettings.greedy(20).withStopTokens(39, stop));
    assertThat(whole).startsWith(answer);
    assertThat(answer).endsWith(stop).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void whatTheListenerThrowsEndsIt() {
    TextGeneration failing = new TextGeneration().streaming(token -> {
      throw new IllegalStateException("the line is closed");
    });
    assertThatThrownBy(() -> failing.run(cached, GenerationSettings.greedy(9).inputs(PROMPT)))
        .hasMessage("the line is closed");
    assertThat(cached.runs()).hasSize(1);
  }

  @Test
  void anInterruptEndsIt() {
    TextGeneration interrupted = new TextGeneration()
        .streaming(token -> Thread.currentThread().interrupt());
    assertThatThrownBy(() -> interrupted.run(cached, GenerationSettings.greedy(9).inputs(PROMPT)))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(cached.runs()).hasSize(1);
  }

  @Test
  void refusesSettingsAndInputsThatDoNotFit() {
    assertThatIllegalArgumentException().isThrownBy(() -> GenerationSettings.greedy(0))
        .withMessageContaining("max_new_tokens");
    assertThatIllegalArgumentException().isThrownBy(() -> GenerationSettings.sampled(1, -1, 0))
        .withMessageContaining("temperature");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GenerationSettings.sampled(1, Double.NaN, 0))
        .withMessageContaining("temperature");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GenerationSettings.greedy(1).withTopK(-1))
        .withMessageContaining("top_k");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GenerationSettings.greedy(1).withTopP(0))
        .withMessageContaining("top_p");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GenerationSettings.greedy(1).withStopTokens(-5))
        .withMessageContaining("stop_tokens");
    assertThatIllegalArgumentException().isThrownBy(() -> GenerationSettings.greedy(1).inputs())
        .withMessageContaining("at least one token");
    Map<String, Tensor> inputs = new LinkedHashMap<>(
        GenerationSettings.greedy(1).inputs(1).asMap());
    inputs.remove("seed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TextGeneration().run(cached, Tensors.of(inputs)))
        .withMessageContaining("'seed'");
  }

  @Test
  void refusesAModelThatIsNoLanguageModel() throws IOException, OrtException {
    Bert bert = new Bert(1, 1, 4, 4, 9, 9, 2, 1e-12f, Bert.Output.TOKENS);
    try (OrtModel other = new OrtModel(bert.files(new SeededWeights(1)),
        Files.createDirectory(directory.resolve("bert")))) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> new TextGeneration().run(other, GenerationSettings.greedy(1).inputs(1)))
          .withMessageContainingAll("'logits'", "last_hidden_state");
    }
  }
}

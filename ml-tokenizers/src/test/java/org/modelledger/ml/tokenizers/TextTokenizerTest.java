package org.modelledger.ml.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;

class TextTokenizerTest {
  private static final int THREADS = 4;
  private static final int CALLS = 200;

  private static byte[] json() {
    try (InputStream in = TextTokenizerTest.class.getResourceAsStream("words.json")) {
      return Objects.requireNonNull(in).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ModelFiles files() {
    return ModelFiles.of(Map.of("tokenizer.json", json(), "notes.txt", new byte[]{'x'}));
  }

  @Test
  void putsWhatTheModelWantsAroundAText() {
    try (TextTokenizer tokenizer = TextTokenizer.load(files())) {
      Tensors inputs = tokenizer.encode("The model of the ledger");

      assertThat(inputs.get("input_ids").toLongs()).containsExactly(1, 3, 6, 8, 3, 5, 2);
      assertThat(inputs.get("attention_mask").toLongs()).containsOnly(1).hasSize(7);
      assertThat(inputs.get("token_type_ids").toLongs()).containsOnly(0).hasSize(7);
      assertThat(inputs.get("input_ids").shape()).isEqualTo(Shape.of(1, 7));
      assertThat(tokenizer.tokens("models, the")).containsExactly("[CLS]", "model", "##s", "[UNK]",
          "the", "[SEP]");
    }
  }

  @Test
  void fillsABatchUpToItsLongestTextWithThePaddingTokenOfTheFile() {
    try (TextTokenizer tokenizer = TextTokenizer.load(files())) {
      Tensors inputs = tokenizer.encode(List.of("the", "the ledger of models"));

      assertThat(inputs.get("input_ids").shape()).isEqualTo(Shape.of(2, 7));
      assertThat(inputs.get("input_ids").toLongs()).containsExactly(1, 3, 2, 4, 4, 4, 4, 1, 3, 5, 8,
          6, 7, 2);
      assertThat(inputs.get("attention_mask").toLongs()).containsExactly(1, 1, 1, 0, 0, 0, 0, 1, 1,
          1, 1, 1, 1, 1);
    }
  }

  @Test
  void tellsTheTextsOfAPairApart() {
    try (TextTokenizer tokenizer = TextTokenizer.load(files())) {
      Tensors inputs = tokenizer.encodePairs(List.of("the"), List.of("ledger"));

      assertThat(inputs.get("input_ids").toLongs()).containsExactly(1, 3, 2, 5, 2);
      assertThat(inputs.get("token_type_ids").toLongs()).containsExactly(0, 0, 0, 1, 1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encodePairs(List.of("the"), List.of()))
          .withMessageContaining("1 first texts and 0 second");
    }
  }

  @Test
  void cutsOnlyWhereItIsToldTo() {
    String text = "the ledger of the model";
    try (TextTokenizer cutting = TextTokenizer.load(files(),
        TokenizerOptions.defaults().truncatingTo(4));
        TextTokenizer refusing = TextTokenizer.load(files(),
            TokenizerOptions.defaults().refusingLongerThan(4))) {
      assertThat(cutting.encode(text).get("input_ids").toLongs()).containsExactly(1, 3, 5, 2);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> refusing.encode(List.of("the ledger", text)))
          .withMessageContaining("text 1 has 7 tokens; expected at most 4");
      assertThatIllegalArgumentException().isThrownBy(() -> refusing.ids(text))
          .withMessageContaining("7");
    }
  }

  @Test
  void padsToAMultipleAndAddsNothingIfAskedTo() {
    try (TextTokenizer tokenizer = TextTokenizer.load(files(),
        TokenizerOptions.defaults().paddingToMultipleOf(4).withoutSpecialTokens())) {
      assertThat(tokenizer.encode("the ledger of the model").get("input_ids").toLongs())
          .containsExactly(3, 5, 8, 3, 6, 4, 4, 4);
      assertThat(tokenizer.ids("ledger")).containsExactly(5);
    }
  }

  @Test
  void decodesWithoutWhatWasAdded() {
    try (TextTokenizer tokenizer = TextTokenizer.load(files())) {
      assertThat(tokenizer.decode(tokenizer.ids("The models of the ledger")))
          .isEqualTo("the models of the ledger");
    }
  }

  @Test
  void anEmptyTextIsAText() {
    try (TextTokenizer tokenizer = TextTokenizer.load(files())) {
      assertThat(tokenizer.encode("").get("input_ids").toLongs()).containsExactly(1, 2);
      assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.encode(List.of()))
          .withMessageContaining("at least one");
    }
  }

  @Test
  void readsTheSameUnderEveryLocaleAndByManyThreads() throws Exception {
    try (TextTokenizer tokenizer = TextTokenizer.load(files());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      Tensors expected = tokenizer.encode("I MODELS IX");
      // a dotless i has no number
      assertThat(expected.get("input_ids").toLongs()).containsExactly(1, 9, 6, 7, 9, 10, 2);
      List<Future<Boolean>> runs = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        runs.add(threads.submit(() -> {
          for (int i = 0; i < CALLS; i++) {
            if (!tokenizer.encode("I MODELS IX").equals(expected)) {
              return false;
            }
          }
          return true;
        }));
      }
      for (Future<Boolean> run : runs) {
        assertThat(run.get()).isTrue();
      }
    }
  }

  @Test
  void aFileThatIsNoTokenizerIsNamed() {
    for (String content : List.of("", "This is not a tokenizer.", "{}", "[1]",
        "{\"padding\": 7}", "{\"version\": \"1.0\", \"model\": {\"type\": \"Alchemy\"}}")) {
      ModelFiles files = ModelFiles
          .of(Map.of("tokenizer.json", content.getBytes(StandardCharsets.UTF_8)));
      assertThatExceptionOfType(ModelFormatException.class).as(content)
          .isThrownBy(() -> TextTokenizer.load(files))
          .withMessageContaining("tokenizer.json");
    }
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> TextTokenizer.load(files(), "other.json", TokenizerOptions.defaults()))
        .withMessageContaining("other.json")
        .withMessageContaining("tokenizer.json");
  }

  @Test
  void optionsThatContradictEachOtherAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenizerOptions.defaults().truncatingTo(0))
        .withMessageContaining("maxLength");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenizerOptions.defaults().refusingLongerThan(-1))
        .withMessageContaining("-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenizerOptions.defaults().paddingToMultipleOf(0))
        .withMessageContaining("padToMultipleOf 0");
  }

  @Test
  void isClosedOnceAndForAll() {
    TextTokenizer tokenizer = TextTokenizer.load(files());

    tokenizer.close();
    tokenizer.close();

    assertThatIllegalStateException().isThrownBy(() -> tokenizer.encode("the"));
  }

  @Test
  void leavesTheUsersSettingsOfDjlAlone() {
    System.setProperty("ai.djl.offline", "false");
    try {
      TextTokenizer.load(files()).close();
      assertThat(System.getProperty("ai.djl.offline")).isEqualTo("false");
    } finally {
      System.clearProperty("ai.djl.offline");
    }
    TextTokenizer.load(files()).close();
    assertThat(System.getProperty("ai.djl.offline")).isNull();
  }
}

package org.modelledger.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeterminismTest {
  @Test
  void isWrittenInWordsThatAreNeverChanged() {
    assertThat(Determinism.BIT_EXACT.word()).isEqualTo("bit-exact");
    assertThat(Determinism.PROBED.word()).isEqualTo("probed");
    assertThat(Determinism.NONE.word()).isEqualTo("none");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-5, 0.5, 1, 1e300, Double.MIN_VALUE, Double.MAX_VALUE, 0.1})
  void readsTheWordOfATolerance(double epsilon) {
    Determinism tolerance = Determinism.tolerance(epsilon);

    assertThat(Determinism.parse(tolerance.word())).isEqualTo(tolerance);
  }

  @ParameterizedTest
  @CsvSource({"1e-5, tolerance:1.0e-5", "0.5, tolerance:0.5", "1e300, tolerance:1.0e300"})
  void writesATolerance(double epsilon, String word) {
    assertThat(Determinism.tolerance(epsilon).word()).isEqualTo(word);
  }

  @Test
  void readsTheOtherWords() {
    for (Determinism determinism : new Determinism[]{Determinism.BIT_EXACT, Determinism.PROBED,
        Determinism.NONE}) {
      assertThat(Determinism.parse(determinism.word())).isEqualTo(determinism);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "exact", "Bit-Exact", "bit-exact ", "tolerance", "tolerance:",
      "tolerance:x", "tolerance:0x1p3", "tolerance:1d", "tolerance: 1"})
  void refusesOtherWords(String word) {
    assertThatIllegalArgumentException().isThrownBy(() -> Determinism.parse(word))
        .withMessageContaining("'" + word + "'")
        .withMessageContaining("tolerance:<epsilon>");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesATolaranceThatIsNone(double epsilon) {
    assertThatIllegalArgumentException().isThrownBy(() -> Determinism.tolerance(epsilon))
        .withMessageContaining(Double.toString(epsilon));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Determinism.parse("tolerance:" + epsilon));
  }

  @Test
  void enginesSayWhatComputes() {
    assertThat(new EngineInfo("exact", "1", "cpu", 1).threads()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> new EngineInfo("", "1", "cpu", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new EngineInfo("exact", "", "cpu", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new EngineInfo("exact", "1", "", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new EngineInfo("exact", "1", "cpu", 0));
  }
}

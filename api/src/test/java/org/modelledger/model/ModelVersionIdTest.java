package org.modelledger.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelVersionIdTest {
  private static final ModelName MODEL = ModelName.of("acme/digits");

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 10, 999_999_999_999_999_999L, 1_000_000_000_000_000_000L,
      Long.MAX_VALUE})
  void readsWhatItWrites(long number) {
    ModelVersionId id = MODEL.version(number);

    assertThat(id).hasToString("acme/digits:" + number);
    assertThat(ModelVersionId.parse(id.toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":", "a", "a:", ":1", "a:0", "a:01", "a:-1", "a:+1", "a:1 ", "a: 1",
      "a:1:2", "a:1.0", "a:x", "a:\u0661", "A:1", "a:9223372036854775808",
      "a:99999999999999999999"})
  void refusesWhatIsNoVersion(String text) {
    assertThatExceptionOfType(InvalidNameException.class)
        .isThrownBy(() -> ModelVersionId.parse(text));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void countsFromOne(long number) {
    assertThatIllegalArgumentException().isThrownBy(() -> MODEL.version(number))
        .withMessageContaining(Long.toString(number));
  }

  @Test
  void isOrderedByModelAndThenByNumber() {
    assertThat(MODEL.version(2)).isLessThan(MODEL.version(10));
    assertThat(MODEL.version(10)).isLessThan(ModelName.of("acme/e").version(1));
  }
}

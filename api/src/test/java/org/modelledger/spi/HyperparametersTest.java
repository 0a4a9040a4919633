package org.modelledger.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modelledger.training.TrainingSpec;

class HyperparametersTest {
  private static Hyperparameters of(String... namesAndValues) {
    TrainingSpec.Builder spec = TrainingSpec.builder("mlp");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      spec.parameter(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Hyperparameters.of(spec.build());
  }

  @Test
  void whatIsNotSetIsWhatTheAskerSays() {
    Hyperparameters none = of();

    assertThat(none.has("epochs")).isFalse();
    assertThat(none.text("note", "nothing")).isEqualTo("nothing");
    assertThat(none.choice("optimizer", "adam", "adam", "sgd")).isEqualTo("adam");
    assertThat(none.flag("standardize", true)).isTrue();
    // outside what may be set: says that it is not set
    assertThat(none.number("rate", -1, 0, 1)).isEqualTo(-1);
    assertThat(none.whole("epochs", 0, 1, 10)).isZero();
    assertThat(none.wholes("hidden", "64, 8", 1, 100)).containsExactly(64, 8);
    assertThat(none.wholes("hidden", "", 1, 100)).isEmpty();
  }

  @Test
  void whatIsSetIsRead() {
    Hyperparameters some = of("epochs", "10", "note", " a ", "optimizer", "sgd", "standardize",
        "false", "rate", "1e-3", "hidden", "8 ,4", "filters", " ");

    assertThat(some.has("epochs")).isTrue();
    assertThat(some.whole("epochs", 1, 1, 10)).isEqualTo(10);
    assertThat(some.text("note", "")).isEqualTo(" a ");
    assertThat(some.choice("optimizer", "adam", "adam", "sgd")).isEqualTo("sgd");
    assertThat(some.flag("standardize", true)).isFalse();
    assertThat(some.number("rate", 1, 1e-3, 1)).isEqualTo(0.001);
    assertThat(some.wholes("hidden", "64", 1, 8)).containsExactly(8, 4);
    assertThat(some.wholes("filters", "64", 1, 8)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"0|a whole number from 1 to 10",
      "11|a whole number from 1 to 10", "1.5|a whole number from 1 to 10",
      "''|a whole number from 1 to 10", "99999999999|a whole number from 1 to 10"})
  void refusesAWholeNumber(String value, String expected) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> of("n", value).whole("n", 1, 1, 10))
        .withMessage("hyper-parameter 'n' is '" + value + "'; expected " + expected);
  }

  @ParameterizedTest
  @CsvSource({"-0.1", "1.1", "NaN", "Infinity", "much", "''"})
  void refusesANumber(String value) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> of("n", value).number("n", 1, 0, 1))
        .withMessage("hyper-parameter 'n' is '" + value + "'; expected a number from 0.0 to 1.0");
  }

  @ParameterizedTest
  @CsvSource({"'8,,4'", "'8,0'", "'8,x'", "'8;4'", "'8,'", "'9'"})
  void refusesAListWholeAndNamesAllOfIt(String value) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> of("hidden", value).wholes("hidden", "64", 1, 8))
        .withMessage("hyper-parameter 'hidden' is '" + value
            + "'; expected whole numbers from 1 to 8, joined by commas");
  }

  @Test
  void refusesAnotherWordAndListsTheWords() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> of("optimizer", "Adam").choice("optimizer", "adam", "adam", "sgd"))
        .withMessage("hyper-parameter 'optimizer' is 'Adam'; expected one of [adam, sgd]");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> of("standardize", "yes").flag("standardize", false))
        .withMessageContainingAll("'standardize'", "'yes'", "[true, false]");
  }

  @Test
  void refusesWhatNobodyAskedFor() {
    Hyperparameters values = of("epochs", "3", "rate", "1");
    values.has("hidden");
    values.whole("epochs", 1, 1, 10);

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> values.requireKnown("algorithm mlp"))
        .withMessage("unknown hyper-parameter 'rate'; known for algorithm mlp: [epochs, hidden]");
    values.number("rate", 0, 0, 1);
    assertThatCode(() -> values.requireKnown("algorithm mlp")).doesNotThrowAnyException();
  }

  @Test
  void valuesFromElsewhereAreCopied() {
    Map<String, String> map = new HashMap<>(Map.of("a", "1"));
    Hyperparameters values = Hyperparameters.of(map);
    map.clear();

    assertThat(values.whole("a", 0, 0, 1)).isEqualTo(1);
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(Hyperparameters.wrong("a", "1", "2"))
        .hasMessage("hyper-parameter 'a' is '1'; expected 2");
  }
}

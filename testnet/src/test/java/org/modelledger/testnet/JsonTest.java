package org.modelledger.testnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static final long SEED = Long.getLong("modelledger.seed",
      new SplittableRandom().nextLong());

  @Test
  void readsWhatANodeAnswers() {
    assertThat(Json.parse(
        " {\"id\":1,\"result\":[\"0x1f\",null,true,false,-1.5e3,{}],\"s\":\"\\u00e9\\n\\\"\"} "))
        .isEqualTo(Map.of("id", BigInteger.ONE, "result",
            Arrays.asList("0x1f", null, true, false, new BigDecimal("-1.5e3"), Map.of()), "s",
            "é\n\""));
  }

  @Test
  void writesWhatItReads() {
    String text = "{\"a\":[1,2.50,\"x\\\"\\\\y\",null,true],\"b\":{},\"c\":[]}";

    assertThat(Json.write(Json.parse(text))).isEqualTo(text);
  }

  @Test
  void keepsNumbersThatNoLongHolds() {
    assertThat(Json
        .parse("115792089237316195423570985008687907853269984665640564039457584007913129639935"))
        .isEqualTo(BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", "+1", "nul", "\"\n\"",
      "\"\\x\"",
      "\"\\u12g4\"", "[1] 2", "\"open", "{\"a\" 1}", "1e9999999"})
  void refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(TestnetException.class)
        .hasMessageStartingWith("not JSON");
  }

  @Test
  void refusesWhatIsTooDeepInsteadOfRunningOutOfStack() {
    assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).isInstanceOf(TestnetException.class)
        .hasMessageContaining("levels");
  }

  @Test
  void changedBytesAreReadOrRefused() {
    SplittableRandom random = new SplittableRandom(SEED);
    String text = "{\"id\":1,\"result\":[\"0x1f\",null,true,-1.5e3,{\"a\":\"\\u00e9\"}]}";
    for (int i = 0; i < 5_000; i++) {
      StringBuilder changed = new StringBuilder(text);
      changed.setCharAt(random.nextInt(text.length()), (char) random.nextInt(32, 127));
      try {
        Object value = Json.parse(changed.toString());
        String written = Json.write(value);
        assertThat(Json.write(Json.parse(written))).as("seed %d, %s", SEED, changed)
            .isEqualTo(written);
      } catch (TestnetException e) {
        assertThat(e).as("seed %d, %s", SEED, changed).hasMessageStartingWith("not JSON");
      }
    }
  }

  @Test
  void refusesToWriteWhatJsonHasNoWordFor() {
    assertThatThrownBy(() -> Json.write(List.of(new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object");
  }
}

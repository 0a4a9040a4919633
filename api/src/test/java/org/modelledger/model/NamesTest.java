package org.modelledger.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammars of names, hand-checked in the code, against the regular expressions they stand for. */
class NamesTest {
  private static final Pattern SEGMENT = Pattern.compile("[a-z0-9][a-z0-9._-]*");
  private static final Pattern PATH = Pattern.compile(SEGMENT + "(/" + SEGMENT + ")*");
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

  @Test
  void takeWhatTheGrammarsTakeAndNothingElse(TestReporter reporter) {
    RandomNames names = new RandomNames();
    reporter.publishEntry("modelledger.seed", Long.toString(names.seed));
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      String text = names.next(i % 7 == 0 ? 140 : 12);
      String as = "-Dmodelledger.seed=" + names.seed + ", '" + text + "'";
      boolean model = text.length() <= 128 && PATH.matcher(text).matches();
      taken += model ? 1 : 0;
      assertThat(takes(ModelName::new, text)).as(as).isEqualTo(model);
      assertThat(takes(EnvironmentName::new, text)).as(as)
          .isEqualTo(text.length() <= 64 && SEGMENT.matcher(text).matches());
      assertThat(takes(AccountId::new, text)).as(as)
          .isEqualTo(text.length() <= 512 && VISIBLE.matcher(text).matches());
      assertThat(takes(LogOrigin::new, text)).as(as)
          .isEqualTo(
              text.length() <= 255 && VISIBLE.matcher(text).matches() && !text.contains("+"));
    }
    assertThat(taken).as("names that are taken").isGreaterThan(1_000);
  }

  private static boolean takes(Function<String, ?> name, String text) {
    try {
      return name.apply(text).toString().equals(text);
    } catch (InvalidNameException refused) {
      return false;
    }
  }

  @Test
  void haveTheirGreatestLengths() {
    assertThat(ModelName.of("a".repeat(128)).value()).hasSize(128);
    assertThat(EnvironmentName.of("a".repeat(64)).value()).hasSize(64);
    assertThat(AccountId.of("~".repeat(512)).value()).hasSize(512);
    assertThat(LogOrigin.of("~".repeat(255)).value()).hasSize(255);
    refuses(ModelName::of, "a".repeat(129), "1 to 128");
    refuses(EnvironmentName::of, "a".repeat(65), "1 to 64");
    refuses(AccountId::of, "~".repeat(513), "1 to 512");
    refuses(LogOrigin::of, "~".repeat(256), "1 to 255");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a/", "/a", "a//b", ".a", "_a", "-a", "A", "a b", "a:1", "é",
      "a\n",
      "a/.b", "acme/Digits", "ı"})
  void ofModelsAreRefused(String name) {
    refuses(ModelName::of, name, "segments [a-z0-9][a-z0-9._-]* joined by '/'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", ".a", "A", "production ", "é"})
  void ofEnvironmentsAreRefused(String name) {
    refuses(EnvironmentName::of, name, "[a-z0-9][a-z0-9._-]*");
  }

  private static void refuses(Function<String, ?> name, String text, String grammar) {
    assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> name.apply(text))
        .withMessageContaining(grammar);
  }

  @Test
  void areNotNull() {
    assertThatNullPointerException().isThrownBy(() -> ModelName.of(nothing()));
    assertThatNullPointerException().isThrownBy(() -> EnvironmentName.of(nothing()));
    assertThatNullPointerException().isThrownBy(() -> AccountId.of(nothing()));
    assertThatNullPointerException().isThrownBy(() -> LogOrigin.of(nothing()));
  }

  @SuppressWarnings("NullAway") // what callers without a null checker can do
  private static String nothing() {
    return null;
  }

  @Test
  void areOrderedByTheirLetters() {
    assertThat(ModelName.of("a/b")).isLessThan(ModelName.of("a/c"));
    assertThat(EnvironmentName.of("a")).isLessThan(EnvironmentName.of("b"));
    assertThat(AccountId.of("A")).isLessThan(AccountId.of("a"));
    assertThat(LogOrigin.of("a")).isEqualByComparingTo(LogOrigin.of("a"));
  }

  @Test
  void areQuotedAndShortenedInMessages() {
    assertThatExceptionOfType(InvalidNameException.class)
        .isThrownBy(() -> ModelName.of("bad\nname\u001b[31m"))
        .withMessageContaining("invalid model name 'bad\\u000aname\\u001b[31m'");
    assertThatExceptionOfType(InvalidNameException.class)
        .isThrownBy(() -> ModelName.of("X".repeat(100_000)))
        .satisfies(e -> assertThat(e).message().hasSizeLessThan(400).contains("…"));
  }
}

package org.modelledger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditArgumentsTest {
  @Test
  void isAboutAMillionDecisionsIfNothingElseIsSaid() {
    assertThat(parse("")).contains(new AuditArguments(1_000_000, false, Path.of("audit-out")));
    assertThat(parse("--decisions 5000 --all-tools out"))
        .contains(new AuditArguments(5_000, true, Path.of("out")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--decisions", "--decisions many", "--decisions 999", "--help", "a b",
      "--all-tools -x", "out --all-tools"})
  void refusesWhatItDoesNotUnderstand(String line) {
    assertThat(parse(line)).isEmpty();
  }

  private static Optional<AuditArguments> parse(String line) {
    return AuditArguments.parse(line.isEmpty() ? List.of() : List.of(line.split(" ", -1)));
  }
}

package org.modelledger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.examples.Arguments.Place;

class ArgumentsTest {
  @Test
  void standsOnTheEmbeddedLedgerIfNothingElseIsSaid() {
    assertThat(parse("")).contains(
        new Arguments(Place.EMBEDDED, "", Path.of("quickstart-out"), List.of()));
    assertThat(parse("out")).contains(
        new Arguments(Place.EMBEDDED, "", Path.of("out"), List.of()));
  }

  @Test
  void takesOneLedgerAndADirectory() {
    assertThat(parse("--ethereum")).contains(
        new Arguments(Place.ETHEREUM, "", Path.of("quickstart-out"), List.of()));
    assertThat(parse("--fabric out")).contains(
        new Arguments(Place.FABRIC, "", Path.of("out"), List.of()));
    assertThat(parse("--ledger local:x out")).contains(
        new Arguments(Place.ELSEWHERE, "local:x", Path.of("out"), List.of()));
  }

  @Test
  void givesAVisitorEverythingBehindTwoDashes() {
    assertThat(parse("--fabric -- sh -c --fabric -- x")).contains(new Arguments(Place.FABRIC, "",
        Path.of("quickstart-out"), List.of("sh", "-c", "--fabric", "--", "x")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--ledger", "--ledger --fabric", "--fabric --ethereum", "--help", "a b",
      "--fabric a b", "--", "--ethereum out --"})
  void refusesWhatItDoesNotUnderstand(String line) {
    assertThat(parse(line)).isEmpty();
  }

  private static Optional<Arguments> parse(String line) {
    return Arguments.parse(line.isEmpty() ? List.of() : List.of(line.split(" ", -1)));
  }
}

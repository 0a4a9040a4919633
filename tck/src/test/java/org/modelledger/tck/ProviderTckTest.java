package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modelledger.spi.TrainerProvider;

/** Breaks a provider in one way after the other; the test that is meant to see it has to fail. */
class ProviderTckTest {
  @AfterEach
  void repair() {
    FaultyProviderTck.PROVIDER.set(LinearTrainerProvider.class);
  }

  @Test
  void passesWhereTheContractIsKept() {
    assertThat(Failures.of(FaultyProviderTck.class)).isEmpty();
  }

  static Stream<Arguments> faults() {
    return Stream.of(Arguments.of(LinearTrainerProvider.BadName.class, "hasAName"),
        Arguments.of(LinearTrainerProvider.Unlisted.class, "isFound"),
        Arguments.of(LinearTrainerProvider.Hidden.class, "isConstructed"),
        Arguments.of(LinearTrainerProvider.TakesAnyOption.class, "refusesAnUnknownOption"),
        Arguments.of(LinearTrainerProvider.ListsNothing.class, "refusesAnUnknownOption"),
        Arguments.of(LinearTrainerProvider.ShowsValues.class, "refusesAnUnknownOption"),
        Arguments.of(LinearTrainerProvider.OpensOne.class, "opensAService"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void catches(Class<? extends TrainerProvider> provider, String meant) {
    FaultyProviderTck.PROVIDER.set(provider);

    assertThat(Failures.of(FaultyProviderTck.class)).contains(meant);
  }
}

package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchSizeTest {
  private static final long QUICK = Duration.ofMillis(100).toNanos();
  private static final long MIDDLING = Duration.ofSeconds(1).toNanos();
  private static final long SLOW = Duration.ofSeconds(3).toNanos();

  @Test
  void growsToTheMostWhileFullBatchesAreQuick() {
    BatchSize size = new BatchSize(1_000);
    for (int i = 0; i < 10; i++) {
      size.succeeded(size.commands(), QUICK);
    }
    assertThat(size.commands()).isEqualTo(1_000);
  }

  @Test
  void learnsNothingFromAFewCommands() {
    BatchSize size = new BatchSize(1_000);
    int before = size.commands();
    size.succeeded(1, QUICK);
    size.succeeded(before, MIDDLING);
    assertThat(size.commands()).isEqualTo(before);
  }

  @Test
  void shrinksToOneWhenEndorsersAreSlow() {
    BatchSize size = new BatchSize(1_000);
    int before = size.commands();
    size.succeeded(before, SLOW);
    assertThat(size.commands()).isEqualTo(before / 2);
    for (int i = 0; i < 10; i++) {
      size.failed(size.commands(), SLOW);
    }
    assertThat(size.commands()).isEqualTo(1);
  }

  @Test
  void shrinksWhenItFailsAgainAndAgain() {
    BatchSize size = new BatchSize(1_000);
    int before = size.commands();
    for (int i = 0; i < 4; i++) {
      assertThat(size.commands()).isEqualTo(before);
      size.failed(before, QUICK);
    }
    assertThat(size.commands()).isEqualTo(before / 2);
  }

  @Test
  void staysWhenAnEndorserIsBehindNowAndThen() {
    BatchSize size = new BatchSize(128);
    for (int i = 0; i < 100; i++) {
      size.failed(128, QUICK);
      size.failed(128, QUICK);
      size.succeeded(128, MIDDLING);
    }
    assertThat(size.commands()).isEqualTo(128);
  }

  @Test
  void isNeverMoreThanTheMost() {
    BatchSize size = new BatchSize(3);
    assertThat(size.commands()).isEqualTo(3);
    size.succeeded(3, QUICK);
    assertThat(size.commands()).isEqualTo(3);
  }
}

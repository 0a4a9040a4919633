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
      size.endorsed(size.commands(), QUICK);
    }
    assertThat(size.commands()).isEqualTo(1_000);
  }

  @Test
  void learnsNothingFromAFewCommands() {
    BatchSize size = new BatchSize(1_000);
    int before = size.commands();
    size.endorsed(1, QUICK);
    size.endorsed(before, MIDDLING);
    assertThat(size.commands()).isEqualTo(before);
  }

  @Test
  void shrinksToOneWhenEndorsersAreSlowOrFail() {
    BatchSize size = new BatchSize(1_000);
    int before = size.commands();
    size.endorsed(before, SLOW);
    assertThat(size.commands()).isEqualTo(before / 2);
    for (int i = 0; i < 10; i++) {
      size.failed(size.commands());
    }
    assertThat(size.commands()).isEqualTo(1);
  }

  @Test
  void isNeverMoreThanTheMost() {
    BatchSize size = new BatchSize(3);
    assertThat(size.commands()).isEqualTo(3);
    size.endorsed(3, QUICK);
    assertThat(size.commands()).isEqualTo(3);
  }
}

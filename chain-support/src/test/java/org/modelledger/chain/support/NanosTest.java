package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NanosTest {
  @Test
  void areNotNegativeAndCanBeAddedToAnyTime() {
    assertThat(Nanos.of(Duration.ofMillis(3))).isEqualTo(3_000_000);
    assertThat(Nanos.of(Duration.ofMillis(-3))).isZero();
    assertThat(Nanos.of(Duration.ofSeconds(Long.MIN_VALUE))).isZero();
    assertThat(Nanos.of(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE / 4);
    assertThat(Nanos.of(Duration.ofNanos(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE / 4);
  }
}

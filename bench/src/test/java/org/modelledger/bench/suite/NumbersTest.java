package org.modelledger.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void haveThreeDigits() {
    assertThat(Numbers.format(1234567.8)).isEqualTo("1,234,568");
    assertThat(Numbers.format(123.4)).isEqualTo("123");
    assertThat(Numbers.format(12.345)).isEqualTo("12.3");
    assertThat(Numbers.format(1)).isEqualTo("1.00");
    assertThat(Numbers.format(0.00123456)).isEqualTo("0.00123");
    assertThat(Numbers.format(0)).isEqualTo("0");
    assertThat(Numbers.format(Double.NaN)).isEqualTo("–");
  }

  @Test
  void areShortAtAnAxis() {
    assertThat(Numbers.tick(5)).isEqualTo("5");
    assertThat(Numbers.tick(1000)).isEqualTo("1000");
    assertThat(Numbers.tick(20_000)).isEqualTo("20k");
    assertThat(Numbers.tick(1.5e6)).isEqualTo("1.5M");
    assertThat(Numbers.tick(2e9)).isEqualTo("2G");
    assertThat(Numbers.tick(0)).isEqualTo("0");
    assertThat(Numbers.tick(0.30000000000000004)).isEqualTo("0.3");
  }

  @Test
  void unitsAreSpelt() {
    assertThat(Numbers.unit("us/op")).isEqualTo("µs per operation");
    assertThat(Numbers.unit("ops/s")).isEqualTo("operations per second");
    assertThat(Numbers.unit("s/op")).isEqualTo("s per operation");
  }
}

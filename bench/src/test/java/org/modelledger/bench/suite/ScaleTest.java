package org.modelledger.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void aSmallSpanIsLinearFromZero() {
    Scale scale = Scale.of(10, 42);
    assertThat(scale.logarithmic()).isFalse();
    assertThat(scale.ticks()).containsExactly(0.0, 10.0, 20.0, 30.0, 40.0, 50.0);
    assertThat(scale.place(25)).isEqualTo(0.5);
  }

  @Test
  void aLargeSpanIsLogarithmic() {
    Scale scale = Scale.of(3, 60_000);
    assertThat(scale.logarithmic()).isTrue();
    assertThat(scale.ticks()).containsExactly(1.0, 10.0, 100.0, 1000.0, 10_000.0, 100_000.0);
    assertThat(scale.place(1)).isZero();
    assertThat(scale.place(1000)).isCloseTo(0.6, within(1e-9));
    assertThat(scale.place(100_000)).isEqualTo(1);
  }

  @Test
  void aFewDecadesHaveMoreTicksAndBeginWhereItIsNeeded() {
    Scale scale = Scale.of(6, 150);
    assertThat(scale.logarithmic()).isTrue();
    assertThat(scale.ticks()).hasSize(6);
    assertThat(scale.ticks().get(0)).isEqualTo(5, within(1e-9));
    assertThat(scale.ticks().get(5)).isEqualTo(200, within(1e-9));
  }

  @Test
  void whatIsOutsideLiesAtTheEnd() {
    Scale scale = Scale.of(1, 1000);
    assertThat(scale.place(-5)).isZero();
    assertThat(scale.place(1e9)).isEqualTo(1);
  }

  @Test
  void aroundOneItDoesNotBeginAtZero() {
    Scale scale = Scale.linear(0.985, 1.032);
    assertThat(scale.low()).isCloseTo(0.98, within(1e-9));
    assertThat(scale.high()).isCloseTo(1.04, within(1e-9));
  }

  @Test
  void hasATickForEachValueOfAParameter() {
    Scale scale = Scale.ofAll(List.of(1.0, 8.0, 64.0));
    assertThat(scale.logarithmic()).isTrue();
    assertThat(scale.place(8)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void oneValueLiesInTheMiddle() {
    assertThat(Scale.ofAll(List.of(8.0)).place(8)).isEqualTo(0.5);
  }
}

package org.modelledger.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void countsItsElements() {
    assertThat(Shape.of().elements()).isEqualTo(1);
    assertThat(Shape.of(2, 3, 4).elements()).isEqualTo(24);
    assertThat(Shape.of(5, 0).elements()).isZero();
    assertThat(Shape.of(Long.MAX_VALUE).elements()).isEqualTo(Long.MAX_VALUE);
    assertThat(Shape.of(Long.MAX_VALUE, Long.MAX_VALUE, 0).elements()).isZero();
  }

  @Test
  void refusesToCountMoreThanALongHolds() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> Shape.of(1L << 32, 1L << 31).elements());
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> Shape.of(1L << 62, 4).elements());
  }

  @Test
  void refusesToCountWhatIsFree() {
    assertThatIllegalStateException().isThrownBy(() -> Shape.of(Shape.FREE, 0).elements())
        .withMessageContaining("[?, 0]");
  }

  @Test
  void refusesNegativeLengthsAndTooManyDimensions() {
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(1, -2))
        .withMessageContaining("-2");
    assertThat(Shape.of(new long[32]).rank()).isEqualTo(Shape.MAX_RANK);
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(new long[33]))
        .withMessageContaining("33");
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(new long[32]).prepend(1));
  }

  @Test
  void keepsItsLengths() {
    long[] lengths = {2, 3};
    Shape shape = Shape.of(lengths);

    lengths[0] = 9;
    shape.lengths()[1] = 9;

    assertThat(shape.lengths()).containsExactly(2, 3);
    assertThat(shape.length(1)).isEqualTo(3);
    assertThat(shape).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(shape).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(2, 3, 1));
  }

  @Test
  void acceptsWhatFitsItsFreeDimensions() {
    Shape spec = Shape.of(Shape.FREE, 64);

    assertThat(spec.accepts(Shape.of(1, 64))).isTrue();
    assertThat(spec.accepts(Shape.of(0, 64))).isTrue();
    assertThat(spec.accepts(Shape.of(64))).isFalse();
    assertThat(spec.accepts(Shape.of(1, 63))).isFalse();
    assertThat(spec.accepts(Shape.of(1, 64, 1))).isFalse();
    assertThat(Shape.of().accepts(Shape.of())).isTrue();
    assertThat(Shape.of().accepts(Shape.of(1))).isFalse();
  }

  @Test
  void isWrittenInBrackets() {
    assertThat(Shape.of()).hasToString("[]");
    assertThat(Shape.of(3).prepend(Shape.FREE)).hasToString("[?, 3]");
    assertThat(Shape.of(3).isFixed()).isTrue();
    assertThat(Shape.of(3, Shape.FREE).isFixed()).isFalse();
  }
}

package org.modelledger.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class TensorTest {
  @Test
  void givesBackWhatItWasMadeOf() {
    assertThat(Tensor.of(new float[]{1.5f, Float.NaN, -0f}, 3).toFloats())
        .containsExactly(1.5f, Float.NaN, -0f);
    assertThat(Tensor.of(new double[]{Double.MIN_VALUE}, 1, 1).toDoubles())
        .containsExactly(Double.MIN_VALUE);
    assertThat(Tensor.of(new long[]{Long.MIN_VALUE, 1}, 2).toLongs())
        .containsExactly(Long.MIN_VALUE, 1);
    assertThat(Tensor.of(new int[]{Integer.MAX_VALUE}, 1).toInts())
        .containsExactly(Integer.MAX_VALUE);
    assertThat(Tensor.ofStrings(List.of("", "größe", "\ud83d\ude00", "a\u0000"), 2, 2).toStrings())
        .containsExactly("", "größe", "\ud83d\ude00", "a\u0000");
    assertThat(bytes(Tensor.of(new byte[]{-1, 1}, 2))).containsExactly(-1, 1);
    assertThat(bytes(Tensor.of(new boolean[]{true, false}, 2))).containsExactly(1, 0);
  }

  @Test
  void hasTheTypeOfTheArray() {
    assertThat(Tensor.of(new float[1], 1).dataType()).isEqualTo(DataType.FP32);
    assertThat(Tensor.of(new double[1], 1).dataType()).isEqualTo(DataType.FP64);
    assertThat(Tensor.of(new long[1], 1).dataType()).isEqualTo(DataType.INT64);
    assertThat(Tensor.of(new int[1], 1).dataType()).isEqualTo(DataType.INT32);
    assertThat(Tensor.of(new byte[1], 1).dataType()).isEqualTo(DataType.INT8);
    assertThat(Tensor.of(new boolean[1], 1).dataType()).isEqualTo(DataType.BOOL);
    assertThat(Tensor.ofStrings(List.of(""), 1).dataType()).isEqualTo(DataType.BYTES);
  }

  @Test
  void isLittleEndianWhateverTheBuffersOrder() {
    assertThat(bytes(Tensor.of(new int[]{1}, 1))).containsExactly(1, 0, 0, 0);
    ByteBuffer big = ByteBuffer.allocate(4).order(ByteOrder.BIG_ENDIAN).put(0, (byte) 1);
    Tensor tensor = Tensor.wrap(DataType.INT32, Shape.of(1), big);

    assertThat(tensor.toInts()).containsExactly(1);
    assertThat(tensor.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void doesNotSeeWhatTheCallerDoesToItsArray() {
    float[] floats = {1};
    List<String> strings = new ArrayList<>(List.of("a"));
    Tensor tensor = Tensor.of(floats, 1);
    Tensor text = Tensor.ofStrings(strings, 1);

    floats[0] = 9;
    strings.set(0, "b");
    tensor.toFloats()[0] = 9;

    assertThat(tensor.toFloats()).containsExactly(1);
    assertThat(text.toStrings()).containsExactly("a");
  }

  @Test
  void showsItsBytesReadOnlyAndFromTheStart() {
    Tensor tensor = Tensor.of(new byte[]{1, 2}, 2);
    tensor.data().get();

    assertThat(tensor.data().position()).isZero();
    assertThatExceptionOfType(ReadOnlyBufferException.class)
        .isThrownBy(() -> tensor.data().put(0, (byte) 9));
  }

  @Test
  void takesABufferAsItIsFromPositionToLimit() {
    ByteBuffer buffer = ByteBuffer.wrap(new byte[]{9, 1, 2, 9}).position(1).limit(3);

    Tensor tensor = Tensor.wrap(DataType.UINT8, Shape.of(2), buffer);

    assertThat(bytes(tensor)).containsExactly(1, 2);
    assertThat(buffer.position()).isEqualTo(1);
    assertThat(tensor.isDirect()).isFalse();
    assertThat(Tensor.of(new byte[1], 1).isDirect()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "BYTES")
  void takesAsManyBytesAsItsTypeAndShapeNeed(DataType type) {
    int size = type.size();
    assertThat(Tensor.wrap(type, Shape.of(3, 2), ByteBuffer.allocate(6 * size)).data().remaining())
        .isEqualTo(6 * size);
    assertThat(Tensor.wrap(type, Shape.of(), ByteBuffer.allocate(size)).data().remaining())
        .isEqualTo(size);
    assertThat(Tensor.wrap(type, Shape.of(0, 7), ByteBuffer.allocate(0)).data().remaining())
        .isZero();
    for (int wrong : new int[]{0, 6 * size - 1, 6 * size + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tensor.wrap(type, Shape.of(3, 2), ByteBuffer.allocate(wrong)))
          .withMessageContaining(type + " [3, 2] takes " + 6 * size + " bytes")
          .withMessageContaining("has " + wrong);
    }
  }

  @Test
  void refusesArraysThatDoNotFitTheShape() {
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(new float[5], 2, 3))
        .withMessageContaining("[2, 3]");
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(new float[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(new long[1], Shape.FREE))
        .withMessageContaining("[?]");
  }

  @Test
  void refusesShapesThatNoMemoryHolds() {
    for (long[] lengths : new long[][]{{1L << 62, 4}, {Long.MAX_VALUE}, {1L << 32, 1L << 32}}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(new double[1], lengths))
          .withMessageContaining(Shape.of(lengths).toString());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tensor.ofStrings(List.of("a"), lengths));
    }
  }

  @Test
  void refusesBooleansThatAreNeither() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[]{0, 1, 2});

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.wrap(DataType.BOOL, Shape.of(3), bytes))
        .withMessageContaining("element 2 is 2");
  }

  @Test
  void refusesStringsThatAreCutOffOrTooMany() {
    for (byte[] wrong : new byte[][]{{1}, {1, 0, 0, 0}, {2, 0, 0, 0, 'a'}, {-1, -1, -1, -1}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tensor.wrap(DataType.BYTES, Shape.of(1), ByteBuffer.wrap(wrong)))
          .withMessageContaining("element 0");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.ofStrings(List.of("a"), 2))
        .withMessageContaining("takes 2 elements; the buffer has 1");
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.ofStrings(List.of("a", "b")));
    assertThat(Tensor.ofStrings(List.of(), 0).toStrings()).isEmpty();
  }

  @Test
  void convertsToItsOwnTypeOnly() {
    Tensor tensor = Tensor.of(new boolean[]{true}, 1);

    assertThatIllegalStateException().isThrownBy(tensor::toFloats)
        .withMessageContaining("BOOL")
        .withMessageContaining("FP32");
    assertThatIllegalStateException().isThrownBy(tensor::toDoubles);
    assertThatIllegalStateException().isThrownBy(tensor::toLongs);
    assertThatIllegalStateException().isThrownBy(tensor::toInts);
    assertThatIllegalStateException().isThrownBy(tensor::toStrings);
  }

  @Test
  void isEqualByTypeShapeAndBits() {
    Tensor tensor = Tensor.of(new float[]{0f, 1f}, 2);

    assertThat(tensor).isEqualTo(Tensor.of(new float[]{0f, 1f}, 2))
        .hasSameHashCodeAs(Tensor.of(new float[]{0f, 1f}, 2));
    assertThat(tensor).isNotEqualTo(Tensor.of(new float[]{-0f, 1f}, 2));
    assertThat(tensor).isNotEqualTo(Tensor.of(new float[]{0f, 1f}, 1, 2));
    assertThat(tensor)
        .isNotEqualTo(Tensor.wrap(DataType.INT32, Shape.of(2), tensor.data()));
    assertThat(Tensor.of(new float[]{Float.NaN}, 1))
        .isEqualTo(Tensor.of(new float[]{Float.NaN}, 1));
  }

  @Test
  void doesNotShowItsElements() {
    assertThat(Tensor.ofStrings(List.of("confidential"), 1)).hasToString("Tensor BYTES [1]");
    assertThat(Tensors.of("x", Tensor.of(new int[]{4711}, 1)).toString()).doesNotContain("4711");
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[tensor.data().remaining()];
    tensor.data().get(bytes);
    return bytes;
  }
}

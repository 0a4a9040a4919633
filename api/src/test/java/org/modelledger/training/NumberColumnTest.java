package org.modelledger.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

class NumberColumnTest {
  private static final String WHAT = "the training data";

  private static Dataset data(Tensor column) {
    return Dataset.of("test", Tensors.of("x", column));
  }

  /** A dataset that reads something else than it declares. */
  private record Lying(TensorSpec column, Tensor tensor) implements Dataset {
    @Override
    public List<TensorSpec> columns() {
      return List.of(column);
    }

    @Override
    public long rows() {
      return 1;
    }

    @Override
    public Tensors read(long from, int count) {
      return Tensors.of("x", tensor);
    }

    @Override
    public List<DataSource> sources() {
      throw new UnsupportedOperationException();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP64", "UINT8", "INT8", "INT16", "INT32", "INT64"})
  void readsNumbersOfEveryTypeInTheirOrder(DataType type) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * type.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : new int[]{3, 100}) {
      switch (type) {
        case FP32 -> bytes.putFloat(value);
        case FP64 -> bytes.putDouble(value);
        case INT16 -> bytes.putShort((short) value);
        case INT32 -> bytes.putInt(value);
        case INT64 -> bytes.putLong(value);
        default -> bytes.put((byte) value);
      }
    }
    Dataset data = data(Tensor.wrap(type, Shape.of(2), bytes.flip()));
    NumberColumn column = NumberColumn.find(data, "x", WHAT).requireOneNumber();
    assertThat(column.spec()).isEqualTo(new TensorSpec("x", type, Shape.of()));
    NumberColumn.Numbers numbers = column.numbers(data.read(0, 2), 2);
    assertThat(numbers.next()).isEqualTo(3);
    assertThat(numbers.nextLabel(1, 100)).isEqualTo(100);
    assertThatThrownBy(numbers::next).isInstanceOf(BufferUnderflowException.class);
  }

  @Test
  void aByteWithoutSignIsAboveZero() {
    Dataset data = data(
        Tensor.wrap(DataType.UINT8, Shape.of(1), ByteBuffer.wrap(new byte[]{-1})));
    assertThat(NumberColumn.find(data, "x", WHAT).numbers(data.read(0, 1), 1).next())
        .isEqualTo(255);
  }

  @Test
  void refusesAColumnThatIsNotThereOrNotOfNumbers() {
    Dataset flags = data(Tensor.wrap(DataType.BOOL, Shape.of(1), ByteBuffer.wrap(new byte[1])));
    assertThatThrownBy(() -> NumberColumn.find(flags, "y", WHAT))
        .isInstanceOf(TrainingException.class)
        .hasMessage("the training data has no column 'y'; it has [x]");
    assertThatThrownBy(() -> NumberColumn.find(flags, "x", WHAT))
        .isInstanceOf(TrainingException.class)
        .hasMessage("the training data: column 'x' has type BOOL;"
            + " expected FP32, FP64, UINT8, INT8, INT16, INT32 or INT64");
  }

  @Test
  void refusesRowsOfSeveralNumbersWhereOneIsWanted() {
    NumberColumn one = NumberColumn.find(data(Tensor.of(new float[2], 2, 1)), "x", WHAT);
    assertThat(one.requireOneNumber()).isSameAs(one);
    NumberColumn two = NumberColumn.find(data(Tensor.of(new float[2], 1, 2)), "x", WHAT);
    assertThatThrownBy(two::requireOneNumber).isInstanceOf(TrainingException.class)
        .hasMessage("the training data: column 'x' has rows of shape [2];"
            + " expected one number, [] or [1]");
  }

  @Test
  void refusesLabelsThatAreNone() {
    Dataset data = data(Tensor.of(new double[]{1.5, -1, 3, Double.NaN}, 4));
    NumberColumn.Numbers numbers = NumberColumn.find(data, "x", WHAT).numbers(data.read(0, 4), 4);
    for (String wrong : new String[]{"1.5", "-1", "3", "NaN"}) {
      assertThatThrownBy(() -> {
        int unexpected = numbers.nextLabel(7, 2);
        throw new AssertionError(unexpected);
      }).isInstanceOf(TrainingException.class)
          .hasMessage("the training data: column 'x', row 7 is " + wrong
              + "; expected a whole number from 0 to 2");
    }
  }

  @Test
  void refusesWhatTheDatasetDoesNotDeclare() {
    TensorSpec declared = new TensorSpec("x", DataType.FP32, Shape.of(2));
    for (Tensor tensor : List.of(Tensor.of(new double[2], 1, 2), Tensor.of(new float[3], 1, 3))) {
      Dataset data = new Lying(declared, tensor);
      NumberColumn column = NumberColumn.find(data, "x", WHAT);
      assertThatThrownBy(() -> column.numbers(data.read(0, 1), 1))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("column 'x' was read as")
          .hasMessageContaining("the dataset declares FP32 [1, 2]");
    }
  }
}

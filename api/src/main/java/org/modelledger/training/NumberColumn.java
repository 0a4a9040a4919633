package org.modelledger.training;

import java.nio.ByteBuffer;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/**
 * A column of numbers of a {@link Dataset}, for those who write a {@link Trainer}: found by its name, and read
 * chunk by chunk, held to what the dataset declares. Immutable.
 */
public final class NumberColumn {
  private static final String TYPES = "FP32, FP64, UINT8, INT8, INT16, INT32 or INT64";

  private final TensorSpec spec;
  private final String what;

  private NumberColumn(TensorSpec spec, String what) {
    this.spec = spec;
    this.what = what;
  }

  /**
   * Finds a column.
   *
   * @param what the data is, for messages, such as {@code the training data}
   * @throws TrainingException if there is none of this name, or it is not of numbers; names those there are
   */
  public static NumberColumn find(Dataset data, String name, String what) {
    for (TensorSpec column : data.columns()) {
      if (column.name().equals(name)) {
        return switch (column.dataType()) {
          case FP32, FP64, UINT8, INT8, INT16, INT32, INT64 -> new NumberColumn(column, what);
          default -> throw new TrainingException(what + ": column '" + name + "' has type "
              + column.dataType() + "; expected " + TYPES);
        };
      }
    }
    throw new TrainingException(what + " has no column '" + name + "'; it has "
        + data.columns().stream().map(TensorSpec::name).toList());
  }

  /** Returns its name, type, and the shape of one row. */
  public TensorSpec spec() {
    return spec;
  }

  /**
   * Refuses rows of more, or fewer, than one number.
   *
   * @return itself
   * @throws TrainingException if a row's shape is neither {@code []} nor {@code [1]}
   */
  public NumberColumn requireOneNumber() {
    if (spec.shape().rank() != 0 && !(spec.shape().rank() == 1 && spec.shape().length(0) == 1)) {
      throw new TrainingException(what + ": column '" + spec.name() + "' has rows of shape "
          + spec.shape() + "; expected one number, [] or [1]");
    }
    return this;
  }

  /**
   * Returns the numbers of rows that were read.
   *
   * @param chunk what {@link Dataset#read} returned
   * @param rows how many rows were asked for
   * @throws TrainingException if they are not what the dataset declares
   */
  public Numbers numbers(Tensors chunk, int rows) {
    Tensor tensor = chunk.get(spec.name());
    if (tensor.dataType() != spec.dataType()
        || !tensor.shape().equals(spec.shape().prepend(rows))) {
      throw new TrainingException(what + ": column '" + spec.name() + "' was read as " + tensor
          + "; the dataset declares " + spec.dataType() + " " + spec.shape().prepend(rows));
    }
    return new Numbers(tensor.data());
  }

  /** Numbers of some rows, in row-major order. For one thread. */
  public final class Numbers {
    private final ByteBuffer data;

    private Numbers(ByteBuffer data) {
      this.data = data;
    }

    /**
     * Returns the next one. An INT64 beyond 2⁵³ is rounded.
     *
     * @throws java.nio.BufferUnderflowException if there is none
     */
    public double next() {
      return switch (spec.dataType()) {
        case FP32 -> data.getFloat();
        case FP64 -> data.getDouble();
        case UINT8 -> data.get() & 0xff;
        case INT8 -> data.get();
        case INT16 -> data.getShort();
        case INT32 -> data.getInt();
        case INT64 -> data.getLong();
        default -> throw new IllegalStateException("type " + spec.dataType() + " was let through");
      };
    }

    /**
     * Returns the next one, which must be a label.
     *
     * @param row its number, for messages
     * @param greatest the greatest label there may be
     * @throws TrainingException if it is not a whole number from 0 to that
     * @throws java.nio.BufferUnderflowException if there is none
     */
    public int nextLabel(int row, int greatest) {
      double value = next();
      int label = (int) value;
      if (label != value || label < 0 || label > greatest) {
        throw new TrainingException(what + ": column '" + spec.name() + "', row " + row + " is "
            + (label == value ? Integer.toString(label) : Double.toString(value))
            + "; expected a whole number from 0 to " + greatest);
      }
      return label;
    }
  }
}

package org.modelledger.tables;

import java.util.ArrayList;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Tensor;
import org.modelledger.onnx.OnnxDataType;

/**
 * How a column comes into a graph: one value a row, [N, 1]. Numbers come in their own type; whole numbers
 * and truth values in INT64, or in FP64 if they may be missing, because only there is a NaN; text in BYTES,
 * empty if missing.
 */
final class RawColumns {
  private static final long EXACT = 1L << 53;

  private RawColumns() {}

  static OnnxDataType onnxType(Field field) {
    return switch (field.type()) {
      case FP64 -> OnnxDataType.DOUBLE;
      case FP32 -> OnnxDataType.FLOAT;
      case INT64, BOOL -> field.optional() ? OnnxDataType.DOUBLE : OnnxDataType.INT64;
      case TEXT -> OnnxDataType.STRING;
    };
  }

  static DataType dataType(Field field) {
    return switch (onnxType(field)) {
      case DOUBLE -> DataType.FP64;
      case FLOAT -> DataType.FP32;
      case INT64 -> DataType.INT64;
      default -> DataType.BYTES;
    };
  }

  /** Returns a number as a graph computes with it; NaN if missing. */
  static double number(Column column, int row) {
    Field field = column.field();
    if (field.type() == ColumnType.INT64 && field.optional() && !column.isMissing(row)) {
      long whole = column.whole(row);
      if (whole > EXACT || whole < -EXACT) {
        throw new TableException("column '" + field.name() + "', row " + row + " is " + whole
            + "; expected a whole number from -2^53 to 2^53, as values of the column may be missing and so"
            + " come as FP64");
      }
    }
    return column.number(row);
  }

  static Tensor tensor(Column column) {
    int rows = column.size();
    return switch (dataType(column.field())) {
      case FP64 -> {
        double[] values = new double[rows];
        for (int row = 0; row < rows; row++) {
          values[row] = number(column, row);
        }
        yield Tensor.of(values, rows, 1);
      }
      case FP32 -> {
        float[] values = new float[rows];
        for (int row = 0; row < rows; row++) {
          values[row] = (float) column.number(row);
        }
        yield Tensor.of(values, rows, 1);
      }
      case INT64 -> {
        long[] values = new long[rows];
        for (int row = 0; row < rows; row++) {
          values[row] = column.whole(row);
        }
        yield Tensor.of(values, rows, 1);
      }
      default -> {
        List<String> values = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
          values.add(column.text(row));
        }
        yield Tensor.ofStrings(values, rows, 1);
      }
    };
  }
}

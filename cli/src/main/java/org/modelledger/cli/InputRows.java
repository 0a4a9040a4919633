package org.modelledger.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.tables.Column;
import org.modelledger.tables.Csv;
import org.modelledger.tables.CsvOptions;
import org.modelledger.tables.Field;
import org.modelledger.tables.Table;
import org.modelledger.tables.TableSchema;

/**
 * The rows of a CSV file as a model takes them: one row, one inference. The model has an input of one value a row for
 * each column that it looks at, as a model that {@code train} made does.
 */
final class InputRows {
  private final List<TensorSpec> inputs;
  private final Optional<String> attribute;
  private final Table table;

  /**
   * Reads a file.
   *
   * @param attribute the column whose value receipts commit to
   */
  InputRows(Path file, CsvOptions format, List<TensorSpec> inputs, Optional<String> attribute) {
    this.inputs = inputs;
    this.attribute = attribute;
    this.table = Csv.read(file, schema(inputs, attribute), format.ignoreOtherColumns(true));
  }

  private static TableSchema schema(List<TensorSpec> inputs, Optional<String> attribute) {
    List<Field> fields = new ArrayList<>();
    inputs.forEach(input -> fields.add(field(input)));
    attribute.filter(name -> fields.stream().noneMatch(field -> field.name().equals(name)))
        .ifPresent(name -> fields.add(Field.text(name)));
    return TableSchema.of(fields);
  }

  private static Field field(TensorSpec input) {
    if (input.shape().rank() != 2 || input.shape().length(1) != 1) {
      throw new InputException("the model takes " + input + "; a row of a table has only single"
          + " values, [-1, 1]: expected --request for this model");
    }
    return switch (input.dataType()) {
      case FP64 -> Field.fp64(input.name()).orMissing();
      case FP32 -> Field.fp32(input.name()).orMissing();
      case INT64 -> Field.int64(input.name());
      case BYTES -> Field.text(input.name()).orMissing();
      default -> throw new InputException("the model takes " + input
          + "; a table has FP64, FP32, INT64 and BYTES: expected --request for this model");
    };
  }

  int size() {
    return table.rows();
  }

  /** Returns what the model gets of a row, from 0. */
  Tensors inputs(int row) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (TensorSpec input : inputs) {
      Column column = table.column(input.name());
      tensors.put(input.name(), switch (input.dataType()) {
        case FP64 -> Tensor.of(new double[]{column.number(row)}, 1, 1);
        case FP32 -> Tensor.of(new float[]{(float) column.number(row)}, 1, 1);
        case INT64 -> Tensor.of(new long[]{column.whole(row)}, 1, 1);
        default -> Tensor.ofStrings(List.of(column.text(row)), 1, 1);
      });
    }
    return Tensors.of(tensors);
  }

  /** Returns what the receipt of a row commits to besides. */
  Map<String, String> attributes(int row) {
    return attribute.map(name -> Map.of(name, text(table.column(name), row))).orElse(Map.of());
  }

  private static String text(Column column, int row) {
    return switch (column.field().type()) {
      case TEXT -> column.text(row);
      case INT64 -> Long.toString(column.whole(row));
      case BOOL -> Boolean.toString(column.flag(row));
      case FP32, FP64 -> Double.toString(column.number(row));
    };
  }
}

package org.modelledger.tables;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Tensor;

/**
 * The column to predict.
 *
 * @param classes what the labels 0, 1, … stand for, {@code String} or {@code Long}; none if the numbers are
 *     taken as they are
 */
record Target(Field field, List<Object> classes, Map<Object, Long> labels) {

  static Target numbers(Field field) {
    if (field.type() == ColumnType.TEXT) {
      throw new IllegalArgumentException("the target '" + field.name()
          + "' has type TEXT; expected numbers, or classes(…) to number the texts");
    }
    return new Target(field, List.of(), Map.of());
  }

  /** @param given the classes in their order, or none: then those of the training rows, ascending */
  static Target classes(Table training, String name, List<String> given) {
    Column column = training.column(name);
    Field field = column.field();
    if (field.type() != ColumnType.TEXT && !field.type().isWhole()) {
      throw new IllegalArgumentException("the target '" + name + "' has type " + field.type()
          + "; expected TEXT, INT64 or BOOL to have classes");
    }
    TreeSet<Object> seen = new TreeSet<>();
    for (int row = 0; row < training.rows(); row++) {
      requirePresent(column, row);
      seen.add(CategoryColumn.value(column, row));
    }
    List<Object> classes = given.isEmpty()
        ? List.copyOf(seen)
        : given.stream()
            .map(text -> field.type() == ColumnType.TEXT ? (Object) text : number(field, text))
            .toList();
    Map<Object, Long> labels = new HashMap<>();
    for (Object known : classes) {
      if (labels.put(known, (long) labels.size()) != null) {
        throw new IllegalArgumentException(
            "the target '" + name + "' has the class '" + known + "' twice");
      }
    }
    for (Object value : seen) {
      if (!labels.containsKey(value)) {
        throw new TableException(
            "the target '" + name + "' has the value " + CsvCells.shown(value.toString())
                + " in the training rows; expected one of " + classes);
      }
    }
    if (classes.isEmpty()) {
      throw new TableException(
          "the target '" + name + "' has no value; expected at least one training row");
    }
    return new Target(field, classes, Map.copyOf(labels));
  }

  private static Object number(Field field, String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the target '" + field.name() + "' has type " + field.type()
              + " and the class '" + text + "'; expected a whole number",
          e);
    }
  }

  private static void requirePresent(Column column, int row) {
    if (column.isMissing(row)) {
      throw new TableException("the target '" + column.field().name() + "', row " + row
          + " is missing; expected a value, or Table.withoutMissing to leave such rows out");
    }
  }

  DataType dataType() {
    return field.type() == ColumnType.FP64
        ? DataType.FP64
        : field.type() == ColumnType.FP32 ? DataType.FP32 : DataType.INT64;
  }

  Tensor read(Table table, int from, int count) {
    Column column = table.column(field.name());
    for (int i = 0; i < count; i++) {
      requirePresent(column, from + i);
    }
    return switch (dataType()) {
      case FP64 -> {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] = column.number(from + i);
        }
        yield Tensor.of(values, count);
      }
      case FP32 -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = (float) column.number(from + i);
        }
        yield Tensor.of(values, count);
      }
      default -> {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = classes.isEmpty() ? column.whole(from + i) : label(column, from + i);
        }
        yield Tensor.of(values, count);
      }
    };
  }

  private long label(Column column, int row) {
    Object value = CategoryColumn.value(column, row);
    Long label = labels.get(value);
    if (label == null) {
      throw new TableException("the target '" + field.name() + "', row " + row + " is "
          + CsvCells.shown(value.toString()) + "; expected one of " + classes);
    }
    return label;
  }
}

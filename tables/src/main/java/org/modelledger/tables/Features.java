package org.modelledger.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All columns that a model learns from, as they were learned, and the order of the features they make:
 * numbers, where something is missing, codes, one-hot; each in the order of the schema.
 *
 * @param numbers as they become features
 * @param indicated whose missing values are features
 * @param codes each one feature
 * @param oneHot each as many features as it has categories
 */
record Features(List<NumberColumn> numbers, List<Field> indicated, List<CategoryColumn> codes,
    List<CategoryColumn> oneHot) {

  static Features fit(Table table, Map<String, ColumnSteps> steps) {
    List<NumberColumn> numbers = new ArrayList<>();
    List<Field> indicated = new ArrayList<>();
    List<CategoryColumn> codes = new ArrayList<>();
    List<CategoryColumn> oneHot = new ArrayList<>();
    for (Column column : table.columns()) {
      ColumnSteps todo = steps.get(column.field().name());
      if (todo == null) {
        continue;
      }
      if (todo.indicated) {
        requireOptional(column.field(), todo);
        indicated.add(column.field());
      }
      if (todo.encoding == ColumnSteps.Encoding.NONE && column.field().type() != ColumnType.TEXT) {
        numbers.add(NumberColumn.fit(column, todo));
      } else {
        CategoryColumn fitted = CategoryColumn.fit(column, todo);
        (todo.encoding == ColumnSteps.Encoding.CODES ? codes : oneHot).add(fitted);
      }
    }
    return new Features(List.copyOf(numbers), List.copyOf(indicated), List.copyOf(codes),
        List.copyOf(oneHot));
  }

  private static void requireOptional(Field field, ColumnSteps steps) {
    if (!field.optional()) {
      throw new IllegalArgumentException("column '" + field.name() + "' has the steps '" + steps
          + "', but the schema says that it misses no value; expected a field with orMissing()");
    }
  }

  /** Returns the columns that go in, in the order of a schema. */
  List<Field> inputs(TableSchema schema) {
    List<String> names = new ArrayList<>();
    numbers.forEach(column -> names.add(column.field().name()));
    codes.forEach(column -> names.add(column.field().name()));
    oneHot.forEach(column -> names.add(column.field().name()));
    return schema.fields().stream().filter(field -> names.contains(field.name())).toList();
  }

  /** Returns what the features are called. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    numbers.forEach(column -> names.add(column.field().name()));
    indicated.forEach(field -> names.add(field.name() + " is missing"));
    codes.forEach(column -> names.add(column.field().name()));
    oneHot.forEach(column -> column.categories()
        .forEach(category -> names.add(column.field().name() + "=" + category)));
    return List.copyOf(names);
  }

  int width() {
    return numbers.size() + indicated.size() + codes.size()
        + oneHot.stream().mapToInt(column -> column.categories().size()).sum();
  }

  /**
   * Computes some rows.
   *
   * @param into takes them, row by row; all 0 before
   */
  void compute(Table table, int from, int count, Matrix into) {
    int place = 0;
    for (NumberColumn number : numbers) {
      Column column = table.column(number.field().name());
      for (int i = 0; i < count; i++) {
        into.set(i, place, number.apply(RawColumns.number(column, from + i)));
      }
      place++;
    }
    for (Field field : indicated) {
      Column column = table.column(field.name());
      for (int i = 0; i < count; i++) {
        into.set(i, place, column.isMissing(from + i) ? 1 : 0);
      }
      place++;
    }
    for (CategoryColumn categories : codes) {
      Column column = table.column(categories.field().name());
      for (int i = 0; i < count; i++) {
        int code = categories.code(column, from + i);
        into.set(i, place, code == CategoryColumn.MISSING ? Double.NaN : code);
      }
      place++;
    }
    for (CategoryColumn categories : oneHot) {
      Column column = table.column(categories.field().name());
      for (int i = 0; i < count; i++) {
        int code = categories.code(column, from + i);
        if (code >= 0 && code < categories.categories().size()) {
          into.set(i, place + code, 1);
        }
      }
      place += categories.categories().size();
    }
  }

  /** Takes computed features. */
  interface Matrix {
    void set(int row, int feature, double value);
  }
}

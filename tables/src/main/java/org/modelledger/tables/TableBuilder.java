package org.modelledger.tables;

import java.util.ArrayList;
import java.util.List;
import org.modelledger.training.DataSource;

/**
 * Collects the values of a table, for those who read them from elsewhere: value by value into each column,
 * row by row or column by column. For one thread and one table.
 */
public final class TableBuilder {
  /** The most rows a table has. */
  static final int MAX_ROWS = Integer.MAX_VALUE - 8;

  private final TableSchema schema;
  private final List<ColumnData> data = new ArrayList<>();

  public TableBuilder(TableSchema schema) {
    this.schema = schema;
    schema.fields().forEach(field -> data.add(ColumnData.of(field.type())));
  }

  /**
   * Adds a number to a column of type FP64 or FP32, in which it is rounded; NaN is a missing one.
   *
   * @param column its place in the schema, from 0
   * @throws TableException if the number is infinite, also after rounding, or missing where the schema does
   *     not let it
   * @throws IllegalStateException if the column is of another type
   */
  public TableBuilder addNumber(int column, double value) {
    if (Double.isNaN(value)) {
      return addMissing(column);
    }
    boolean narrow = schema.fields().get(column).type() == ColumnType.FP32;
    if (Double.isInfinite(narrow ? (float) value : value)) {
      throw new TableException(where(column) + value + "; expected a number that is finite as "
          + schema.fields().get(column).type());
    }
    if (narrow) {
      data(column).addFloat((float) value);
    } else {
      data(column).addNumber(value);
    }
    return this;
  }

  /**
   * Adds a whole number to a column of type INT64.
   *
   * @throws IllegalStateException if the column is of another type
   */
  public TableBuilder addWhole(int column, long value) {
    data(column).addWhole(value);
    return this;
  }

  /**
   * Adds a truth value to a column of type BOOL.
   *
   * @throws IllegalStateException if the column is of another type
   */
  public TableBuilder addFlag(int column, boolean value) {
    data(column).addFlag(value);
    return this;
  }

  /**
   * Adds a text to a column of type TEXT; the empty text is a missing one.
   *
   * @throws TableException if it is missing where the schema does not let it, or not well-formed Unicode
   * @throws IllegalStateException if the column is of another type
   */
  public TableBuilder addText(int column, String value) {
    if (value.isEmpty()) {
      return addMissing(column);
    }
    if (value.codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff)) {
      throw new TableException(
          where(column) + "a text with a surrogate without its partner; expected"
              + " well-formed Unicode");
    }
    data(column).addText(value);
    return this;
  }

  /**
   * Adds a missing value.
   *
   * @throws TableException if the schema says that the column has none
   */
  public TableBuilder addMissing(int column) {
    if (!schema.fields().get(column).optional()) {
      throw new TableException(where(column) + "missing; expected a value, as the schema says "
          + schema.fields().get(column));
    }
    data(column).addMissing();
    return this;
  }

  private ColumnData data(int column) {
    ColumnData values = data.get(column);
    if (values.size() >= MAX_ROWS) {
      throw new TableException(
          where(column) + "one too many; a table has at most " + MAX_ROWS + " rows");
    }
    return values;
  }

  private String where(int column) {
    return "column '" + schema.fields().get(column).name() + "', row " + data.get(column).size()
        + " is ";
  }

  /**
   * Returns the table; nothing may be added afterwards.
   *
   * @param sources where the values came from
   * @throws IllegalArgumentException if there is no source, or the columns differ in length
   */
  public Table build(List<DataSource> sources) {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("a table has at least one source");
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      if (data.get(i).size() != data.getFirst().size()) {
        throw new IllegalArgumentException("column '" + schema.names().get(i) + "' has "
            + data.get(i).size() + " values; the first one has " + data.getFirst().size());
      }
      data.get(i).seal();
      columns.add(new Column(schema.fields().get(i), data.get(i)));
    }
    return new Table(schema, columns, sources);
  }
}

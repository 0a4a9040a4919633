package org.modelledger.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.modelledger.training.DataSource;

/**
 * Rows of typed columns, in memory: eight bytes for a number or a whole number, four for a float32 number
 * or a text (and each text once), one for a truth value. Immutable and safe for use by several threads.
 */
public final class Table {
  private final TableSchema schema;
  private final List<Column> columns;
  private final int rows;
  private final List<DataSource> sources;

  Table(TableSchema schema, List<Column> columns, List<DataSource> sources) {
    this.schema = schema;
    this.columns = List.copyOf(columns);
    this.rows = columns.getFirst().size();
    this.sources = List.copyOf(sources);
  }

  /** Returns the columns' names and types. */
  public TableSchema schema() {
    return schema;
  }

  /** Returns the number of rows, from 0. */
  public int rows() {
    return rows;
  }

  /** Returns the columns in the order of the schema. */
  public List<Column> columns() {
    return columns;
  }

  /**
   * Returns a column.
   *
   * @throws IllegalArgumentException if there is none of this name; names those there are
   */
  public Column column(String name) {
    return columns.get(schema.place(name));
  }

  /** Returns where the rows came from; never empty. */
  public List<DataSource> sources() {
    return sources;
  }

  /**
   * Returns some of the rows, in this order; they are not copied. Its sources are this table's.
   *
   * @param which from 0; copied
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public Table select(int... which) {
    return select(which, sources);
  }

  Table select(int[] which, List<DataSource> from) {
    int[] copy = which.clone();
    for (int row : copy) {
      Objects.checkIndex(row, rows);
    }
    List<Column> selected = new ArrayList<>();
    columns.forEach(column -> selected.add(column.select(copy)));
    return new Table(schema, selected, from);
  }

  /**
   * Returns the rows in which a column has a value, such as those of which the target is known.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public Table withoutMissing(String name) {
    Column column = column(name);
    return select(IntStream.range(0, rows).filter(row -> !column.isMissing(row)).toArray());
  }

  /** Returns the number of rows and the schema, never the values: they may be confidential. */
  @Override
  public String toString() {
    return "Table of " + rows + " rows " + schema.fields();
  }
}

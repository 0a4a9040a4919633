package org.modelledger.tables;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A column of a {@link Table}. Immutable and safe for use by several threads. */
public final class Column {
  private final Field field;
  private final ColumnData data;
  private final int @Nullable [] rows;

  Column(Field field, ColumnData data) {
    this(field, data, null);
  }

  private Column(Field field, ColumnData data, int @Nullable [] rows) {
    this.field = field;
    this.data = data;
    this.rows = rows;
  }

  /** Returns name and type. */
  public Field field() {
    return field;
  }

  /** Returns the number of values, the missing ones included. */
  public int size() {
    return rows == null ? data.size() : rows.length;
  }

  /**
   * Says whether a value is missing.
   *
   * @param row from 0
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public boolean isMissing(int row) {
    return data.isMissing(at(row));
  }

  /** Returns how many values are missing. */
  public int countMissing() {
    int count = 0;
    for (int row = 0; row < size(); row++) {
      if (isMissing(row)) {
        count++;
      }
    }
    return count;
  }

  /**
   * Returns a value as a number; a truth value is 0 or 1, a missing one NaN, and a whole number beyond 2^53
   * is rounded.
   *
   * @throws IllegalStateException if the column holds text
   */
  public double number(int row) {
    return data.number(at(row));
  }

  /**
   * Returns a whole number; a truth value is 0 or 1, a missing one 0.
   *
   * @throws IllegalStateException unless the column holds whole numbers or truth values
   */
  public long whole(int row) {
    return data.whole(at(row));
  }

  /**
   * Returns a truth value; a missing one is false.
   *
   * @throws IllegalStateException unless the column holds truth values
   */
  public boolean flag(int row) {
    return data.flag(at(row));
  }

  /**
   * Returns a text; a missing one is empty.
   *
   * @throws IllegalStateException unless the column holds text
   */
  public String text(int row) {
    return data.text(at(row));
  }

  private int at(int row) {
    Objects.checkIndex(row, size());
    return rows == null ? row : rows[row];
  }

  /** Returns some of the values, in this order, without a copy of them. */
  Column select(int[] which) {
    int[] chosen = which;
    if (rows != null) {
      chosen = new int[which.length];
      Arrays.setAll(chosen, i -> rows[which[i]]);
    }
    return new Column(field, data, chosen);
  }

  @Override
  public String toString() {
    return field + " of " + size() + " rows";
  }
}

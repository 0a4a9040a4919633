package org.modelledger.tables;

import java.util.Objects;

/**
 * What a column is called and holds.
 *
 * @param name not empty, well-formed Unicode
 * @param type of its values
 * @param optional whether values may be missing
 */
public record Field(String name, ColumnType type, boolean optional) {
  /** @throws IllegalArgumentException if the name is empty or not well-formed Unicode */
  public Field {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a column's name is not empty");
    }
    if (name.codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff)) {
      throw new IllegalArgumentException("a column's name is well-formed Unicode; '" + name
          + "' has a surrogate without its partner");
    }
  }

  /** Returns a column of numbers, of which none may be missing. */
  public static Field fp64(String name) {
    return new Field(name, ColumnType.FP64, false);
  }

  /** Returns a column of float32 numbers, of which none may be missing. */
  public static Field fp32(String name) {
    return new Field(name, ColumnType.FP32, false);
  }

  /** Returns a column of whole numbers, of which none may be missing. */
  public static Field int64(String name) {
    return new Field(name, ColumnType.INT64, false);
  }

  /** Returns a column of truth values, of which none may be missing. */
  public static Field bool(String name) {
    return new Field(name, ColumnType.BOOL, false);
  }

  /** Returns a column of texts, of which none may be missing. */
  public static Field text(String name) {
    return new Field(name, ColumnType.TEXT, false);
  }

  /** Returns the same column, whose values may be missing. */
  public Field orMissing() {
    return new Field(name, type, true);
  }

  /** Returns {@code name: TYPE}, with a question mark if values may be missing. */
  @Override
  public String toString() {
    return name + ": " + type + (optional ? "?" : "");
  }
}

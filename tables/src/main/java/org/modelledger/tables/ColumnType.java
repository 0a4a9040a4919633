package org.modelledger.tables;

/** What the values of a column are. The names are those of the Open Inference Protocol, where it has one. */
public enum ColumnType {
  /** Numbers, IEEE 754 binary64; a missing one is NaN. */
  FP64,
  /** Numbers, IEEE 754 binary32; a missing one is NaN. */
  FP32,
  /** Whole numbers of 64 bits. */
  INT64,
  /** True or false. */
  BOOL,
  /** Text; a missing one is the empty text. */
  TEXT;

  /** Says whether the values can be computed with; {@link #BOOL} is 0 and 1. */
  public boolean isNumeric() {
    return this != TEXT;
  }

  /** Says whether every value is a whole number; {@link #BOOL} is 0 and 1. */
  public boolean isWhole() {
    return this == INT64 || this == BOOL;
  }
}

package org.modelledger.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.modelledger.training.DataSource;

/** Reads cells into the columns of a schema. */
final class CsvTable implements CsvLines.Sink {
  private final String file;
  private final TableSchema schema;
  private final CsvOptions options;
  private final CsvCells reading;
  private final TableBuilder builder;
  private @Nullable CsvHeader header;
  /** For each column of the file the place in the schema, or -1. */
  private int[] places = new int[0];
  private long line;

  CsvTable(String file, TableSchema schema, CsvOptions options) {
    this.file = file;
    this.schema = schema;
    this.options = options;
    this.reading = new CsvCells(options);
    this.builder = new TableBuilder(schema);
  }

  @Override
  public void accept(long at, List<String> cells) {
    line = at;
    if (header == null) {
      if (options.hasHeader()) {
        header = CsvHeader.named(file, line, cells);
        places = match(header.names());
        return;
      }
      header = CsvHeader.numbered(file, cells.size());
      places = inOrder(cells.size());
    }
    header.checkCount(line, cells.size());
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        add(places[i], cells.get(i));
      }
    }
  }

  private int[] match(List<String> names) {
    List<String> absent = new ArrayList<>(schema.names());
    absent.removeAll(names);
    if (!absent.isEmpty()) {
      throw new TableException(
          file + ", line " + line + ": the header has no columns " + absent + "; it has " + names);
    }
    int[] found = new int[names.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = schema.has(names.get(i)) ? schema.place(names.get(i)) : -1;
      if (found[i] < 0 && !options.othersIgnored()) {
        throw new TableException(file + ", line " + line + ": the header has a column "
            + CsvCells.shown(names.get(i)) + ", which the schema has not; expected "
            + schema.names()
            + ", or the option to ignore other columns");
      }
    }
    return found;
  }

  private int[] inOrder(int count) {
    int wanted = schema.fields().size();
    if (count < wanted || count > wanted && !options.othersIgnored()) {
      throw new TableException(
          file + ", line " + line + ": the record has " + count + " cells; expected "
              + wanted + ", one for each of " + schema.names());
    }
    int[] found = new int[count];
    Arrays.setAll(found, i -> i < wanted ? i : -1);
    return found;
  }

  private void add(int column, String cell) {
    Field field = schema.fields().get(column);
    if (reading.isMissing(cell, field.type())) {
      if (!field.optional()) {
        throw wrong(field, cell, "a value, as the schema says " + field);
      }
      builder.addMissing(column);
      return;
    }
    try {
      switch (field.type()) {
        case FP64 -> builder.addNumber(column, number(field, cell));
        case FP32 -> builder.addNumber(column, narrow(field, cell));
        case INT64 -> builder.addWhole(column, whole(field, cell));
        case BOOL -> builder.addFlag(column, flag(field, cell));
        case TEXT -> builder.addText(column, cell);
      }
    } catch (TableException e) {
      if (e.getMessage() != null && e.getMessage().startsWith(file)) {
        throw e;
      }
      throw new TableException(file + ", line " + line + ": " + e.getMessage(), e);
    }
  }

  private double number(Field field, String cell) {
    double value = reading.isNumber(cell)
        ? Double.parseDouble(reading.javaNumber(cell))
        : Double.NaN;
    if (!Double.isFinite(value)) {
      throw wrong(field, cell, "a number");
    }
    return value;
  }

  private float narrow(Field field, String cell) {
    // rounded once: by way of a double it could be rounded twice
    float value = reading.isNumber(cell) ? Float.parseFloat(reading.javaNumber(cell)) : Float.NaN;
    if (!Float.isFinite(value)) {
      throw wrong(field, cell, "a number of type FP32");
    }
    return value;
  }

  private long whole(Field field, String cell) {
    if (CsvCells.isWhole(cell)) {
      try {
        return Long.parseLong(cell);
      } catch (NumberFormatException e) {
        throw new TableException(message(field, cell, "a whole number of 64 bits"), e);
      }
    }
    throw wrong(field, cell, "a whole number");
  }

  private boolean flag(Field field, String cell) {
    if (reading.isTrue(cell)) {
      return true;
    }
    if (reading.isFalse(cell)) {
      return false;
    }
    throw wrong(field, cell, "'" + options.trueWord() + "' or '" + options.falseWord() + "'");
  }

  private TableException wrong(Field field, String cell, String expected) {
    return new TableException(message(field, cell, expected));
  }

  private String message(Field field, String cell, String expected) {
    return file + ", line " + line + ", column '" + field.name() + "': " + CsvCells.shown(cell)
        + "; expected " + expected;
  }

  Table table(List<DataSource> sources) {
    if (header == null && options.hasHeader()) {
      throw new TableException(file + " has no record; expected a header with " + schema.names());
    }
    return builder.build(sources);
  }
}

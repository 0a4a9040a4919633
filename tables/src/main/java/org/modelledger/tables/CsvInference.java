package org.modelledger.tables;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees all cells of a file and says what they can be. */
final class CsvInference implements CsvLines.Sink {
  private final String file;
  private final CsvOptions options;
  private final CsvCells reading;
  private final List<Guess> guesses = new ArrayList<>();
  private @Nullable CsvHeader header;

  CsvInference(String file, CsvOptions options) {
    this.file = file;
    this.options = options;
    this.reading = new CsvCells(options);
  }

  @Override
  public void accept(long line, List<String> cells) {
    if (header == null) {
      header = options.hasHeader()
          ? CsvHeader.named(file, line, cells)
          : CsvHeader.numbered(file, cells.size());
      header.names().forEach(name -> guesses.add(new Guess()));
      if (options.hasHeader()) {
        return;
      }
    }
    header.checkCount(line, cells.size());
    for (int i = 0; i < guesses.size(); i++) {
      guesses.get(i).see(cells.get(i));
    }
  }

  TableSchema schema() {
    if (header == null) {
      throw new TableException(file + " has no record; expected "
          + (options.hasHeader() ? "a header" : "at least one"));
    }
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < guesses.size(); i++) {
      fields.add(guesses.get(i).field(header.names().get(i)));
    }
    return TableSchema.of(fields);
  }

  private final class Guess {
    private boolean maybeFlag = true;
    private boolean maybeWhole = true;
    private boolean maybeNumber = true;
    private boolean missing;
    private boolean nan;
    private boolean any;

    void see(String cell) {
      if (options.isMissing(cell)) {
        missing = true;
        return;
      }
      if (CsvCells.isNan(cell)) {
        nan = true;
        return;
      }
      any = true;
      maybeFlag = maybeFlag && (reading.isTrue(cell) || reading.isFalse(cell));
      maybeNumber = maybeNumber && reading.isNumber(cell) && !CsvCells.hasLeadingZero(cell)
          && Double.isFinite(Double.parseDouble(reading.javaNumber(cell)));
      maybeWhole = maybeWhole && maybeNumber && CsvCells.isWhole(cell) && fitsLong(cell);
    }

    private static boolean fitsLong(String cell) {
      try {
        Long.parseLong(cell);
        return true;
      } catch (NumberFormatException e) {
        return false;
      }
    }

    Field field(String name) {
      // what is called NaN is missing among numbers and a text among texts
      boolean numbers = any ? maybeNumber : true;
      ColumnType type = any && maybeFlag && !nan
          ? ColumnType.BOOL
          : any && maybeWhole ? ColumnType.INT64 : numbers ? ColumnType.FP64 : ColumnType.TEXT;
      return new Field(name, type, missing || nan && type.isNumeric());
    }
  }
}

package org.modelledger.tables;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.modelledger.model.StorageException;

/** Writes a table as a CSV file. */
final class CsvOutput {
  private final Table table;
  private final CsvOptions options;
  private final CsvCells reading;

  CsvOutput(Table table, CsvOptions options) {
    this.table = table;
    this.options = options;
    this.reading = new CsvCells(options);
  }

  void write(Path file) {
    CsvWriter.CsvWriterBuilder builder = CsvWriter.builder()
        .fieldSeparator(options.separator())
        .quoteCharacter(options.quote())
        .lineDelimiter(LineDelimiter.LF);
    if (table.columns().size() == 1) {
      // a record of nothing but a missing value would be a blank line
      builder.quoteStrategy(QuoteStrategies.EMPTY);
    }
    try (CsvWriter writer = builder.build(file, options.charset())) {
      if (options.hasHeader()) {
        writer.writeRecord(table.schema().names());
      }
      List<String> cells = new ArrayList<>();
      for (int row = 0; row < table.rows(); row++) {
        cells.clear();
        for (Column column : table.columns()) {
          cells.add(cell(column, row));
        }
        writer.writeRecord(cells);
      }
    } catch (UncheckedIOException | IOException e) {
      throw new StorageException("write", file, e);
    }
  }

  private String cell(Column column, int row) {
    if (column.isMissing(row)) {
      return "";
    }
    return switch (column.field().type()) {
      case FP64 -> number(Double.toString(column.number(row)));
      case FP32 -> number(Float.toString((float) column.number(row)));
      case INT64 -> Long.toString(column.whole(row));
      case BOOL -> column.flag(row) ? options.trueWord() : options.falseWord();
      case TEXT -> text(column, row);
    };
  }

  private String number(String java) {
    return options.decimalPoint() == ',' ? java.replace('.', ',') : java;
  }

  private String text(Column column, int row) {
    String text = column.text(row);
    if (reading.isMissing(text, ColumnType.TEXT)
        || options.isTrimmed() && !text.equals(text.strip())) {
      throw new TableException("column '" + column.field().name() + "', row " + row + " is "
          + CsvCells.shown(text)
          + ", which would be read as something else; expected other texts, or other options");
    }
    return text;
  }
}

package org.modelledger.tables;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.modelledger.model.Digest;
import org.modelledger.model.StorageException;
import org.modelledger.training.DataSource;

/**
 * CSV files.
 *
 * <p>Read strictly: a quote that is not closed, characters behind a closing quote, a line with more or fewer
 * cells than the others, a name twice in the header, bytes that are no text, a cell that is not of its
 * column's type – each is a {@link TableException} that names file, line, column, value and what was
 * expected. Nothing is guessed, and nothing depends on the locale. Blank lines are passed over; a quoted
 * cell means the same as an unquoted one.
 *
 * <p>Numbers are written with ASCII digits, an optional sign, an optional decimal point and an optional
 * exponent, and rounded once, to the nearest FP64 or FP32.
 */
public final class Csv {
  private Csv() {}

  /**
   * Finds out the types of all columns: the first of BOOL, INT64, FP64 and TEXT that fits every value of the
   * file. Whole numbers that begin with a zero, such as postcodes, are text. A column in which a value is
   * missing is optional; one without any value is FP64.
   *
   * <p>What was inferred is worth a look, and worth keeping: {@link TableSchema#toString()} writes it, {@link
   * TableSchema#parse} reads it. Another file of the same kind may well be inferred otherwise.
   *
   * @throws TableException if the file is malformed, or has no header or no column
   * @throws StorageException if it cannot be read
   */
  public static TableSchema infer(Path file, CsvOptions options) {
    try (InputStream in = Files.newInputStream(file)) {
      return infer(in, file.toString(), options).schema();
    } catch (IOException e) {
      throw new StorageException("read", file, e);
    }
  }

  private record Inferred(TableSchema schema, Digest digest) {}

  private static Inferred infer(InputStream in, String name, CsvOptions options) {
    CsvInference inference = new CsvInference(name, options);
    Digest digest = CsvLines.read(in, name, options, inference);
    return new Inferred(inference.schema(), digest);
  }

  /**
   * Infers the schema and reads the table, so reads the file twice.
   *
   * @throws TableException as {@link #infer}, and if the file changed between the two
   * @throws StorageException if it cannot be read
   */
  public static Table read(Path file, CsvOptions options) {
    Inferred inferred;
    try (InputStream in = Files.newInputStream(file)) {
      inferred = infer(in, file.toString(), options);
    } catch (IOException e) {
      throw new StorageException("read", file, e);
    }
    Table table = read(file, inferred.schema(), options);
    if (!table.sources().getFirst().digest().equals(inferred.digest())) {
      throw new TableException(
          file + " changed while it was read: from " + inferred.digest() + " to "
              + table.sources().getFirst().digest());
    }
    return table;
  }

  /**
   * Reads a table. Its source is the file's name, without the directories, and the SHA-256 digest of its
   * bytes.
   *
   * @param schema the columns; with a header they may stand in another order in the file
   * @throws TableException if the file is malformed or does not fit the schema
   * @throws StorageException if it cannot be read
   */
  public static Table read(Path file, TableSchema schema, CsvOptions options) {
    Path name = Objects.requireNonNullElse(file.getFileName(), file);
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString(), name.toString(), schema, options);
    } catch (IOException e) {
      throw new StorageException("read", file, e);
    }
  }

  /**
   * Reads a table from a stream, such as one that unpacks a file.
   *
   * @param name of the data, for messages and the lineage
   * @param in read to its end, and its bytes digested; not closed
   * @throws TableException if the content is malformed or does not fit the schema
   * @throws StorageException if the stream fails
   */
  public static Table read(String name, InputStream in, TableSchema schema, CsvOptions options) {
    return read(in, name, name, schema, options);
  }

  private static Table read(InputStream in, String where, String name, TableSchema schema,
      CsvOptions options) {
    CsvTable rows = new CsvTable(where, schema, options);
    Digest digest = CsvLines.read(in, where, options, rows);
    return rows.table(List.of(new DataSource(name, digest)));
  }

  /**
   * Writes a table, with every number in as many digits as tell it from its neighbours, so that reading it
   * with the same schema and options gives the same table.
   *
   * @param file made, or replaced
   * @throws TableException if a text would be read as a missing one
   * @throws StorageException if it cannot be written; what was written of it stays
   */
  public static void write(Table table, Path file, CsvOptions options) {
    new CsvOutput(table, options).write(file);
  }
}

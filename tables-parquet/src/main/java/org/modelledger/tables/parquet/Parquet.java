package org.modelledger.tables.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.schema.Type;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.StorageException;
import org.modelledger.tables.Field;
import org.modelledger.tables.Table;
import org.modelledger.tables.TableBuilder;
import org.modelledger.tables.TableException;
import org.modelledger.tables.TableSchema;
import org.modelledger.training.DataSource;

/**
 * Parquet files with columns of single values.
 *
 * <table>
 * <caption>What becomes of Parquet's types</caption>
 * <tr><th>Parquet</th><th>column</th></tr>
 * <tr><td>BOOLEAN</td><td>BOOL</td></tr>
 * <tr><td>INT32, INT64, signed or not</td><td>INT64; an unsigned number beyond 2^63 is refused</td></tr>
 * <tr><td>DATE, TIME, TIMESTAMP</td><td>INT64, the number that the file has: days since 1970, or units of
 * time</td></tr>
 * <tr><td>FLOAT</td><td>FP32</td></tr>
 * <tr><td>DOUBLE</td><td>FP64</td></tr>
 * <tr><td>DECIMAL</td><td>FP64, the nearest</td></tr>
 * <tr><td>STRING, ENUM, JSON</td><td>TEXT</td></tr>
 * </table>
 *
 * A null and a NaN are missing. Lists, maps, structures and other types are refused by name, unless a schema
 * leaves them out. Pages may be plain, or compressed by Snappy, GZIP or Zstandard.
 *
 * <p>A damaged file is refused, or yields other values where nothing in it says that they are: only pages with a
 * checksum are safe from that, which is an option of those who write them. Row groups are read one by one,
 * each whole, by no thread but the caller's.
 */
public final class Parquet {

  private Parquet() {}

  /**
   * Returns the columns of a file. Those that the file declares optional are, and those of FP64 and FP32.
   *
   * @throws TableException if it is no Parquet file, or has a column of another type; names it
   * @throws StorageException if it cannot be read
   */
  public static TableSchema schema(Path file) {
    try (ParquetFile parquet = ParquetFile.open(file)) {
      List<Field> fields = new ArrayList<>();
      for (Type column : parquet.columns()) {
        fields.add(ParquetColumn.of(column).field());
      }
      if (fields.isEmpty()) {
        throw new TableException("it has no column; expected at least one");
      }
      return TableSchema.of(fields);
    } catch (IOException | RuntimeException e) {
      throw failed(file, e);
    }
  }

  /**
   * Reads all columns of a file; otherwise as {@link #read(Path, TableSchema)}.
   */
  public static Table read(Path file) {
    return read(file, schema(file));
  }

  /**
   * Reads a table. Its source is the file's name, without the directories, and the SHA-256 digest of its
   * bytes, which is computed before and after.
   *
   * @param schema the columns to read; numbers may be asked for as FP64 or FP32, and are rounded then
   * @throws TableException if it is no Parquet file, has no such column, or has it in another type; if a
   *     value is missing where the schema does not let it, infinite, or no UTF-8; or if the file changed
   *     meanwhile. Names column and row
   * @throws StorageException if it cannot be read
   */
  public static Table read(Path file, TableSchema schema) {
    DataSource before = DataSource.of(file);
    TableBuilder builder = new TableBuilder(schema);
    try (ParquetFile parquet = ParquetFile.open(file)) {
      parquet.read(columns(parquet.columns(), schema), builder);
    } catch (IOException | RuntimeException e) {
      throw failed(file, e);
    }
    DataSource after = DataSource.of(file);
    if (!before.equals(after)) {
      throw new TableException(
          file + " changed while it was read: from " + before.digest() + " to " + after.digest());
    }
    return builder.build(List.of(before));
  }

  private static List<ParquetColumn> columns(List<Type> found, TableSchema schema) {
    List<ParquetColumn> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      Type column = found.stream()
          .filter(candidate -> candidate.getName().equals(field.name()))
          .findFirst()
          .orElseThrow(() -> new TableException("it has no column '" + field.name() + "'; it has "
              + found.stream().map(Type::getName).toList()));
      columns.add(ParquetColumn.of(column).as(field));
    }
    return columns;
  }

  private static ModelLedgerException failed(Path file, Exception e) {
    if (e instanceof TableException known) {
      return new TableException(file + ": " + known.getMessage(), known);
    }
    return e instanceof ModelLedgerException known
        ? known
        : new TableException(
            file + " is no Parquet file, or a damaged one: "
                + Objects.requireNonNullElse(e.getMessage(), e),
            e);
  }
}

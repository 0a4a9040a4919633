package org.modelledger.tables.parquet;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.modelledger.model.StorageException;
import org.modelledger.tables.TableBuilder;
import org.modelledger.tables.TableException;

/** An open file. */
final class ParquetFile implements Closeable {
  private final ParquetFileReader reader;

  private ParquetFile(ParquetFileReader reader) {
    this.reader = reader;
  }

  /** @throws StorageException if the file cannot be opened */
  static ParquetFile open(Path path) throws IOException {
    try {
      Files.newByteChannel(path).close();
    } catch (IOException e) {
      throw new StorageException("read", path, e);
    }
    return new ParquetFile(ParquetFileReader.open(new LocalInputFile(path),
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new Codecs())
            .usePageChecksumVerification(true)
            .build()));
  }

  private MessageType schema() {
    return reader.getFooter().getFileMetaData().getSchema();
  }

  /** Returns the columns, also those that have parts. */
  List<Type> columns() {
    return schema().getFields();
  }

  /** Adds the values of these columns to a table. */
  void read(List<ParquetColumn> columns, TableBuilder builder) throws IOException {
    MessageType wanted = new MessageType(schema().getName(),
        columns.stream().<Type>map(ParquetColumn::type).toList());
    reader.setRequestedSchema(wanted);
    String writer = Objects.requireNonNullElse(reader.getFooter().getFileMetaData().getCreatedBy(),
        "");
    long rows = 0;
    for (PageReadStore pages = reader.readNextRowGroup(); pages != null; pages = reader
        .readNextRowGroup()) {
      rows += pages.getRowCount();
      ColumnReadStoreImpl store = new ColumnReadStoreImpl(pages, new Nowhere(), wanted, writer);
      for (int i = 0; i < columns.size(); i++) {
        ColumnDescriptor descriptor = wanted.getColumns().get(i);
        try {
          check(pages.getPageReader(descriptor).getTotalValueCount(), pages.getRowCount());
          read(store.getColumnReader(descriptor), pages.getRowCount(), columns.get(i), builder, i);
        } catch (RuntimeException e) {
          throw located(columns.get(i).field().name(), e);
        }
      }
    }
    if (rows != reader.getRecordCount()) {
      throw new IOException("its row groups have " + rows + " rows, it says it has "
          + reader.getRecordCount());
    }
  }

  /** Past its last value a reader would give that one again. */
  private static void check(long values, long rows) {
    if (values != rows) {
      throw new IllegalStateException(
          "a row group of " + rows + " rows has " + values + " values");
    }
  }

  private static void read(ColumnReader values, long rows, ParquetColumn column,
      TableBuilder builder, int place) {
    int present = values.getDescriptor().getMaxDefinitionLevel();
    for (long row = 0; row < rows; row++) {
      if (values.getCurrentDefinitionLevel() == present) {
        column.add(values, builder, place);
      } else {
        builder.addMissing(place);
      }
      values.consume();
    }
  }

  private static TableException located(String column, RuntimeException e) {
    String message = Objects.requireNonNullElse(e.getMessage(), e.toString());
    String place = "column '" + column + "'";
    if (e instanceof TableException) {
      return new TableException(message.startsWith(place) ? message : place + ": " + message, e);
    }
    return new TableException(place + " is damaged: " + message, e);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** What values would be handed to, if they were not asked for. */
  private static final class Nowhere extends GroupConverter {
    @Override
    public Converter getConverter(int column) {
      return new PrimitiveConverter() {
      };
    }

    @Override
    public void start() {
      // asked for values only
    }

    @Override
    public void end() {
      // asked for values only
    }
  }
}

package org.modelledger.tables;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.Digest;
import org.modelledger.model.StorageException;

/** Reads a CSV file record by record, and digests its bytes. For one thread. */
final class CsvLines {
  private static final char BYTE_ORDER_MARK = '\ufeff';
  private static final int REST_BYTES = 1 << 13;

  /** Takes one record. */
  interface Sink {
    /**
     * @param line on which the record begins, from 1
     * @param cells not retained: they change with the next record
     */
    void accept(long line, List<String> cells);
  }

  private CsvLines() {}

  /**
   * Reads all records, the header's too.
   *
   * @param in read to its end, not closed
   * @param name how messages call the file
   * @return the digest of all bytes
   */
  static Digest read(InputStream in, String name, CsvOptions options, Sink sink) {
    DigestInputStream digested = new DigestInputStream(in, Digest.sha256());
    Records records = new Records(options.isTrimmed());
    try {
      Reader chars = withoutMark(new InputStreamReader(digested, options.charset()
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)));
      CsvReader<Records> reader = CsvReader.builder()
          .fieldSeparator(options.separator())
          .quoteCharacter(options.quote())
          .commentStrategy(CommentStrategy.NONE)
          .skipEmptyLines(true)
          .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
          .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
          .allowUnclosedQuote(false)
          .maxBufferSize(options.maxCellChars())
          .build(records, chars);
      CloseableIterator<Records> all = reader.iterator();
      while (all.hasNext()) {
        Records record = all.next();
        sink.accept(record.line, record.cells);
      }
      byte[] rest = new byte[REST_BYTES];
      while (digested.read(rest) >= 0) {
        // the digest is that of the whole file
      }
    } catch (CsvParseException e) {
      if (e.getCause() instanceof IOException cause) {
        throw failed(name, options, records.line, cause);
      }
      throw malformed(name, records.line, e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw failed(name, options, records.line, e.getCause());
    } catch (IOException e) {
      throw failed(name, options, records.line, e);
    }
    return Digest.of(digested.getMessageDigest().digest());
  }

  private static Reader withoutMark(Reader reader) throws IOException {
    PushbackReader pushback = new PushbackReader(reader, 1);
    int first = pushback.read();
    if (first >= 0 && first != BYTE_ORDER_MARK) {
      pushback.unread(first);
    }
    return pushback;
  }

  private static TableException malformed(String name, long after, @Nullable String what,
      Exception e) {
    return new TableException(name + ", near line " + after
        + ": not a CSV file of these options: " + what, e);
  }

  private static RuntimeException failed(String name, CsvOptions options, long after,
      @Nullable IOException e) {
    if (e instanceof CharacterCodingException) {
      return new TableException(
          name + ", near line " + after + " or later: bytes that are no text in "
              + options.charset() + "; expected another charset, or another file",
          e);
    }
    return new StorageException("cannot read " + name + ": " + (e == null ? "" : e.getMessage()),
        e);
  }

  /** The one record of the moment. */
  private static final class Records extends AbstractBaseCsvCallbackHandler<Records> {
    private final boolean trimmed;
    private final List<String> cells = new ArrayList<>();
    private long line;

    Records(boolean trimmed) {
      this.trimmed = trimmed;
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
      line = startingLineNumber;
      cells.clear();
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
      String cell = new String(buffer, offset, length);
      cells.add(trimmed ? cell.strip() : cell);
    }

    @Override
    protected Records buildRecord() {
      return this;
    }
  }
}

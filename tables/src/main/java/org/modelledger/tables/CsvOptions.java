package org.modelledger.tables;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/**
 * How a CSV file is written: by default as RFC 4180 says, in UTF-8, with a header. Immutable; each method
 * returns changed options.
 */
public final class CsvOptions {
  private static final int MIN_CELL_CHARS = 1 << 15;
  private static final int MAX_CELL_CHARS = 1 << 28;
  private static final CsvOptions DEFAULTS = new CsvOptions();

  private Charset charset = StandardCharsets.UTF_8;
  private char separator = ',';
  private char quote = '"';
  private char decimalPoint = '.';
  private boolean header = true;
  private boolean trimmed;
  private boolean othersIgnored;
  private Set<String> missing = Set.of();
  private String trueWord = "true";
  private String falseWord = "false";
  private int maxCellChars = 1 << 20;

  private CsvOptions() {}

  private CsvOptions(CsvOptions other) {
    this.charset = other.charset;
    this.separator = other.separator;
    this.quote = other.quote;
    this.decimalPoint = other.decimalPoint;
    this.header = other.header;
    this.trimmed = other.trimmed;
    this.othersIgnored = other.othersIgnored;
    this.missing = other.missing;
    this.trueWord = other.trueWord;
    this.falseWord = other.falseWord;
    this.maxCellChars = other.maxCellChars;
  }

  /** Returns the defaults. */
  public static CsvOptions defaults() {
    return DEFAULTS;
  }

  /** Sets the charset; UTF-8 if not set. Bytes that are not in it are refused, a byte order mark is skipped. */
  public CsvOptions charset(Charset charset) {
    CsvOptions changed = new CsvOptions(this);
    changed.charset = Objects.requireNonNull(charset, "charset");
    return changed;
  }

  /**
   * Sets what stands between two cells; a comma if not set.
   *
   * @throws IllegalArgumentException if it is the quote or a line's end
   */
  public CsvOptions separator(char separator) {
    CsvOptions changed = new CsvOptions(this);
    changed.separator = separator;
    return changed.check();
  }

  /**
   * Sets what stands around a cell that has a separator, a quote or a line's end in it; {@code "} if not set.
   *
   * @throws IllegalArgumentException if it is the separator or a line's end
   */
  public CsvOptions quote(char quote) {
    CsvOptions changed = new CsvOptions(this);
    changed.quote = quote;
    return changed.check();
  }

  /**
   * Sets what stands before the fraction of a number; a full stop if not set.
   *
   * @throws IllegalArgumentException if it is neither a full stop nor a comma, or the quote
   */
  public CsvOptions decimalPoint(char point) {
    CsvOptions changed = new CsvOptions(this);
    changed.decimalPoint = point;
    return changed.check();
  }

  /**
   * Says whether the first line has the names of the columns; true if not set. Without it, cells are taken
   * in the schema's order, and an inferred schema calls them {@code column1}, {@code column2}, ….
   */
  public CsvOptions header(boolean header) {
    CsvOptions changed = new CsvOptions(this);
    changed.header = header;
    return changed;
  }

  /** Says whether white space around a cell's content is dropped; false if not set. */
  public CsvOptions trim(boolean trim) {
    CsvOptions changed = new CsvOptions(this);
    changed.trimmed = trim;
    return changed;
  }

  /** Says whether columns that the schema does not name are passed over instead of refused; false if not set. */
  public CsvOptions ignoreOtherColumns(boolean ignore) {
    CsvOptions changed = new CsvOptions(this);
    changed.othersIgnored = ignore;
    return changed;
  }

  /**
   * Sets the texts that stand for a missing value, such as {@code NA} or {@code ?}, in every column, quoted
   * or not. An empty cell always does, and in columns of numbers {@code NaN} in any case.
   */
  public CsvOptions missing(String... tokens) {
    CsvOptions changed = new CsvOptions(this);
    changed.missing = Set.of(tokens);
    return changed;
  }

  /**
   * Sets the words for true and false, compared without regard to the case of ASCII letters; {@code true}
   * and {@code false} if not set.
   *
   * @throws IllegalArgumentException if they are empty or the same
   */
  public CsvOptions words(String trueWord, String falseWord) {
    if (trueWord.isEmpty() || falseWord.isEmpty() || trueWord.equalsIgnoreCase(falseWord)) {
      throw new IllegalArgumentException(
          "the words for true and false are '" + trueWord + "' and '" + falseWord
              + "'; expected two words");
    }
    CsvOptions changed = new CsvOptions(this);
    changed.trueWord = trueWord;
    changed.falseWord = falseWord;
    return changed;
  }

  /**
   * Sets how long a cell may be, in UTF-16 code units; 1,048,576 if not set.
   *
   * @throws IllegalArgumentException if it is not from 32,768 to 268,435,456
   */
  public CsvOptions maxCellChars(int max) {
    if (max < MIN_CELL_CHARS || max > MAX_CELL_CHARS) {
      throw new IllegalArgumentException(
          "maxCellChars is " + max + "; expected " + MIN_CELL_CHARS + " to "
              + MAX_CELL_CHARS);
    }
    CsvOptions changed = new CsvOptions(this);
    changed.maxCellChars = max;
    return changed;
  }

  private CsvOptions check() {
    if (separator == quote || lineEnd(separator) || lineEnd(quote)) {
      throw new IllegalArgumentException("separator '" + separator + "' and quote '" + quote
          + "' do not go together; expected two characters that end no line");
    }
    if ((decimalPoint != '.' && decimalPoint != ',') || decimalPoint == quote) {
      throw new IllegalArgumentException(
          "the decimal point is '" + decimalPoint + "'; expected a full stop or a comma");
    }
    return this;
  }

  private static boolean lineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  Charset charset() {
    return charset;
  }

  char separator() {
    return separator;
  }

  char quote() {
    return quote;
  }

  char decimalPoint() {
    return decimalPoint;
  }

  boolean hasHeader() {
    return header;
  }

  boolean isTrimmed() {
    return trimmed;
  }

  boolean othersIgnored() {
    return othersIgnored;
  }

  String trueWord() {
    return trueWord;
  }

  String falseWord() {
    return falseWord;
  }

  int maxCellChars() {
    return maxCellChars;
  }

  boolean isMissing(String cell) {
    return cell.isEmpty() || missing.contains(cell);
  }
}

package org.modelledger.tables;

/** What a cell's text can be read as. */
final class CsvCells {
  private static final int SHOWN_CHARS = 40;

  private final CsvOptions options;

  CsvCells(CsvOptions options) {
    this.options = options;
  }

  boolean isMissing(String cell, ColumnType type) {
    return options.isMissing(cell) || type.isNumeric() && type != ColumnType.BOOL && isNan(cell);
  }

  static boolean isNan(String cell) {
    return cell.length() == 3 && cell.equalsIgnoreCase("nan");
  }

  boolean isTrue(String cell) {
    return same(cell, options.trueWord());
  }

  boolean isFalse(String cell) {
    return same(cell, options.falseWord());
  }

  /** Compares without regard to the case of ASCII letters, and of no others. */
  private static boolean same(String a, String b) {
    if (a.length() != b.length()) {
      return false;
    }
    for (int i = 0; i < a.length(); i++) {
      if (lower(a.charAt(i)) != lower(b.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
  }

  /** Says whether this is an optional sign and digits. */
  static boolean isWhole(String cell) {
    int at = sign(cell);
    return at < cell.length() && digits(cell, at) == cell.length();
  }

  /** Says whether a whole number begins with a zero that means nothing, as postcodes do. */
  static boolean hasLeadingZero(String cell) {
    int at = sign(cell);
    return cell.length() > at + 1 && cell.charAt(at) == '0' && digit(cell, at + 1);
  }

  /**
   * Says whether this is a decimal number: an optional sign; digits, of which some may stand behind the
   * decimal point; and an optional exponent.
   */
  boolean isNumber(String cell) {
    int start = sign(cell);
    int at = digits(cell, start);
    int count = at - start;
    if (at < cell.length() && cell.charAt(at) == options.decimalPoint()) {
      int end = digits(cell, at + 1);
      count += end - at - 1;
      at = end;
    }
    if (count == 0) {
      return false;
    }
    if (at < cell.length() && (cell.charAt(at) == 'e' || cell.charAt(at) == 'E')) {
      int exponent = at + 1;
      if (exponent < cell.length()
          && (cell.charAt(exponent) == '+' || cell.charAt(exponent) == '-')) {
        exponent++;
      }
      at = digits(cell, exponent);
      if (at == exponent) {
        return false;
      }
    }
    return at == cell.length();
  }

  /** Returns the number as Java reads it. */
  String javaNumber(String cell) {
    return options.decimalPoint() == ',' ? cell.replace(',', '.') : cell;
  }

  private static int sign(String cell) {
    return !cell.isEmpty() && (cell.charAt(0) == '-' || cell.charAt(0) == '+') ? 1 : 0;
  }

  private static boolean digit(String cell, int at) {
    return at < cell.length() && cell.charAt(at) >= '0' && cell.charAt(at) <= '9';
  }

  private static int digits(String cell, int from) {
    int at = from;
    while (digit(cell, at)) {
      at++;
    }
    return at;
  }

  /** Returns a cell as messages show it. */
  static String shown(String cell) {
    return cell.length() <= SHOWN_CHARS
        ? "'" + cell + "'"
        : "'" + cell.substring(0, SHOWN_CHARS) + "…' (" + cell.length() + " characters)";
  }
}

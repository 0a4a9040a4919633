package org.modelledger.model;

import java.util.Locale;

/** A name does not follow its grammar. Says the kind of name, the name and the grammar. */
public final class InvalidNameException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  /**
   * @param kind what is named, such as {@code "model name"}
   * @param value the offending name, quoted and shortened in the message
   * @param expected the grammar in words
   */
  public InvalidNameException(String kind, String value, String expected) {
    super("invalid " + kind + " " + quote(value) + ": expected " + expected);
  }

  private static String quote(String value) {
    StringBuilder quoted = new StringBuilder("'");
    value.codePoints().limit(160).forEach(c -> {
      if (Character.isISOControl(c)) {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
      } else {
        quoted.appendCodePoint(c);
      }
    });
    return quoted.append(value.codePointCount(0, value.length()) > 160 ? "…'" : "'").toString();
  }
}

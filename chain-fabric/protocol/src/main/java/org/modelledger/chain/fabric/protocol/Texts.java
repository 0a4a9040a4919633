package org.modelledger.chain.fabric.protocol;

import java.util.Locale;

/** Arguments as texts: numbers and names of others, to be checked and to be shown. */
final class Texts {
  private static final int SHOWN = 160;

  private Texts() {}

  /** A text of somebody else's as a message may show it: short, and without control characters. */
  static String shortened(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(SHOWN).forEach(c -> {
      if (Character.isISOControl(c)) {
        shown.append(String.format(Locale.ROOT, "\\u%04x", c));
      } else {
        shown.appendCodePoint(c);
      }
    });
    return text.codePointCount(0, text.length()) > SHOWN ? shown + "…" : shown.toString();
  }

  /**
   * Reads a number as the protocol writes it: decimal digits, no sign, no leading zero.
   *
   * @param what what it is the number of, for the message
   * @throws MalformedInputException if it is not such a number, or not in the range
   */
  static long number(String what, String text, long min, long max) {
    boolean digits = !text.isEmpty() && text.length() <= 19
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && (text.length() == 1 || text.charAt(0) != '0');
    try {
      if (digits) {
        long number = Long.parseLong(text);
        if (number >= min && number <= max) {
          return number;
        }
      }
    } catch (NumberFormatException tooGreat) {
      // nineteen digits may be more than a long holds
    }
    throw new MalformedInputException("the " + what + " is '" + shortened(text)
        + "'; expected a whole number from " + min + " to " + max + " in decimal digits");
  }
}

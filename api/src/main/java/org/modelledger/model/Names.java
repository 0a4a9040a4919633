package org.modelledger.model;

/** The grammars of names (design section 3), hand-checked in one pass: they are on every path. */
final class Names {
  private Names() {}

  /** True for {@code [a-z0-9][a-z0-9._-]*}. */
  static boolean isSegment(String s, int from, int to) {
    if (from >= to || !isAlphanumeric(s.charAt(from))) {
      return false;
    }
    for (int i = from + 1; i < to; i++) {
      char c = s.charAt(i);
      if (!(isAlphanumeric(c) || c == '.' || c == '_' || c == '-')) {
        return false;
      }
    }
    return true;
  }

  /** True for segments joined by {@code /}. */
  static boolean isPath(String s) {
    int from = 0;
    while (true) {
      int slash = s.indexOf('/', from);
      if (!isSegment(s, from, slash < 0 ? s.length() : slash)) {
        return false;
      }
      if (slash < 0) {
        return true;
      }
      from = slash + 1;
    }
  }

  /** True if every character is visible ASCII, 0x21 to 0x7e. */
  static boolean isVisibleAscii(String s) {
    return s.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }
}

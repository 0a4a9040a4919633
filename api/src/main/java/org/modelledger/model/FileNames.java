package org.modelledger.model;

import java.util.Objects;

/** The grammar of the names of a model's files, for those who implement {@link ModelFiles}. */
public final class FileNames {
  /** The greatest length of a file name in UTF-16 code units. */
  public static final int MAX_LENGTH = 1024;

  private FileNames() {}

  /**
   * Returns the name if it is relative, its segments joined by {@code /}, none of them empty,
   * {@code .} or {@code ..}, without backslashes and control characters.
   *
   * @throws InvalidNameException if it is not
   */
  public static String check(String name) {
    Objects.requireNonNull(name, "name");
    if (!isFileName(name)) {
      throw new InvalidNameException("file name", name,
          "a relative path of at most 1024 characters, segments joined by '/', none of them empty, "
              + "'.' or '..', no backslash, no control character");
    }
    return name;
  }

  private static boolean isFileName(String name) {
    if (name.length() > MAX_LENGTH) {
      return false;
    }
    for (String segment : name.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return name.chars().noneMatch(c -> Character.isISOControl(c) || c == '\\')
        && wellFormed(name);
  }

  /** No surrogate without its partner: such a name has no UTF-8 form. */
  private static boolean wellFormed(String name) {
    return name.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff);
  }
}

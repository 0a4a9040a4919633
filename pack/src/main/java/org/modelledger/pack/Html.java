package org.modelledger.pack;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML with SVG in it. All text and every attribute is escaped here, and characters that could make
 * a text look like another one are shown as what they are not: readable.
 */
final class Html {
  private final StringBuilder out = new StringBuilder("<!DOCTYPE html>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins an element with names and values of attributes in turn. */
  Html open(String tag, String... attributes) {
    head(tag, attributes).append('>');
    open.push(tag);
    return this;
  }

  /** Ends the element that was begun last. */
  Html close() {
    out.append("</").append(open.pop()).append('>');
    if (open.size() < 5) {
      out.append('\n');
    }
    return this;
  }

  /** Writes an element that has no content: {@code meta}, {@code br}, and those of SVG. */
  Html leaf(String tag, String... attributes) {
    head(tag, attributes).append("/>");
    return this;
  }

  /** Writes an element with nothing but text in it. */
  Html element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  Html text(String text) {
    text.codePoints().forEach(this::escape);
    return this;
  }

  /** Writes a style sheet, which is ours and is not escaped. */
  Html style(String css) {
    out.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  private StringBuilder head(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      attributes[i + 1].codePoints().forEach(this::escape);
      out.append('"');
    }
    return out;
  }

  private void escape(int c) {
    switch (c) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      case '\n', '\t' -> out.append((char) c);
      default -> out.appendCodePoint(isLegible(c) ? c : 0xfffd);
    }
  }

  /** Unicode Standard Annex 9: what turns the direction of text could show it in another order. */
  private static boolean isLegible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE,
          Character.FORMAT ->
        false;
      default -> true;
    };
  }

  /** @throws IllegalStateException if an element is not closed */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return out.toString();
  }
}

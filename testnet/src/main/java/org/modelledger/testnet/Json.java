package org.modelledger.testnet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The little JSON (RFC 8259) that nodes are asked in: text to maps, lists, strings, numbers, booleans and null, and
 * back. Numbers are {@link BigInteger} or {@link BigDecimal}, so none loses a digit.
 */
final class Json {
  private static final int MAX_DEPTH = 200;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** Reads one value; nothing may follow it. */
  static @Nullable Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value(0);
    json.space();
    if (json.at < text.length()) {
      throw json.wrong("the end");
    }
    return value;
  }

  static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private @Nullable Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw wrong("no more than " + MAX_DEPTH + " levels");
    }
    space();
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    at++;
    space();
    if (peek() == '}') {
      at++;
      return members;
    }
    while (true) {
      space();
      String name = string();
      space();
      expect(':');
      members.put(name, value(depth + 1));
      space();
      if (peek() == '}') {
        at++;
        return members;
      }
      expect(',');
    }
  }

  private List<@Nullable Object> array(int depth) {
    List<@Nullable Object> elements = new ArrayList<>();
    at++;
    space();
    if (peek() == ']') {
      at++;
      return elements;
    }
    while (true) {
      elements.add(value(depth + 1));
      space();
      if (peek() == ']') {
        at++;
        return elements;
      }
      expect(',');
    }
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return out.toString();
      } else if (c < ' ') {
        at--;
        throw wrong("an escaped control character");
      } else if (c != '\\') {
        out.append(c);
      } else {
        char escaped = next();
        switch (escaped) {
          case '"', '\\', '/' -> out.append(escaped);
          case 'b' -> out.append('\b');
          case 'f' -> out.append('\f');
          case 'n' -> out.append('\n');
          case 'r' -> out.append('\r');
          case 't' -> out.append('\t');
          case 'u' -> out.append(unicode());
          default -> throw wrong("an escape");
        }
      }
    }
  }

  private char unicode() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(next(), 16);
      if (digit < 0) {
        throw wrong("four hexadecimal digits");
      }
      value = value * 16 + digit;
    }
    return (char) value;
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong(word);
    }
    at += word.length();
    return value;
  }

  private Number number() {
    int begin = at;
    while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(begin, at);
    if (digits.matches("-?(0|[1-9][0-9]*)")) {
      return new BigInteger(digits);
    }
    if (digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,6})?")) {
      return new BigDecimal(digits);
    }
    at = begin;
    throw wrong("a value");
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("more");
    }
    return text.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw wrong("'" + wanted + "'");
    }
    at++;
  }

  private TestnetException wrong(String wanted) {
    return new TestnetException("not JSON: " + wanted + " wanted at character " + at + " of "
        + (text.length() <= 200 ? text : text.substring(0, 200) + " …"));
  }

  private static void write(@Nullable Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case CharSequence string -> quote(string, out);
      case Boolean bool -> out.append(bool);
      case Number number -> out.append(number);
      case Map<?, ?> members -> {
        String separator = "{";
        for (Map.Entry<?, ?> member : members.entrySet()) {
          out.append(separator);
          quote(String.valueOf(member.getKey()), out);
          out.append(':');
          write(member.getValue(), out);
          separator = ",";
        }
        out.append(members.isEmpty() ? "{}" : "}");
      }
      case List<?> elements -> {
        String separator = "[";
        for (Object element : elements) {
          out.append(separator);
          write(element, out);
          separator = ",";
        }
        out.append(elements.isEmpty() ? "[]" : "]");
      }
      default -> throw new IllegalArgumentException("a " + value.getClass().getName()
          + " is not a value of JSON; wanted is a map, a list, a string, a number, a boolean or null");
    }
  }

  private static void quote(CharSequence string, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
        out.append("\\u");
        String hex = Integer.toHexString(c);
        out.repeat('0', 4 - hex.length()).append(hex);
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}

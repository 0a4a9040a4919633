package org.modelledger.tables;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The columns of a table, in order. Immutable. */
public final class TableSchema {
  private final List<Field> fields;
  private final Map<String, Integer> places = new HashMap<>();

  private TableSchema(List<Field> fields) {
    this.fields = List.copyOf(fields);
    if (this.fields.isEmpty()) {
      throw new IllegalArgumentException("a table has at least one column");
    }
    for (int i = 0; i < this.fields.size(); i++) {
      String name = this.fields.get(i).name();
      if (places.put(name, i) != null) {
        throw new IllegalArgumentException("two columns are called '" + name + "'");
      }
    }
  }

  /**
   * Returns a schema.
   *
   * @throws IllegalArgumentException if there is no column, or two have one name
   */
  public static TableSchema of(Field... fields) {
    return new TableSchema(List.of(fields));
  }

  /** Returns a schema; otherwise as {@link #of(Field...)}. */
  public static TableSchema of(List<Field> fields) {
    return new TableSchema(fields);
  }

  /**
   * Reads what {@link #toString()} writes, so that an inferred schema can be kept, looked at and used again.
   *
   * @param text a line for each column: its name, a colon, a space, its type, and a question mark if values
   *     may be missing; blank lines are skipped
   * @throws IllegalArgumentException if a line is something else; names it
   */
  public static TableSchema parse(String text) {
    List<Field> fields = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isBlank()) {
        fields.add(parseLine(line.strip()));
      }
    }
    return new TableSchema(fields);
  }

  private static Field parseLine(String line) {
    int colon = line.lastIndexOf(": ");
    boolean optional = line.endsWith("?");
    if (colon > 0) {
      String type = line.substring(colon + 2, line.length() - (optional ? 1 : 0));
      for (ColumnType known : ColumnType.values()) {
        if (known.name().equals(type)) {
          return new Field(unescaped(line.substring(0, colon)), known, optional);
        }
      }
    }
    throw new IllegalArgumentException(
        "'" + line + "' is no column of a schema; expected 'NAME: TYPE' or"
            + " 'NAME: TYPE?' with a type of " + List.of(ColumnType.values()));
  }

  /** Returns the columns. */
  public List<Field> fields() {
    return fields;
  }

  /** Returns the names of the columns. */
  public List<String> names() {
    return fields.stream().map(Field::name).toList();
  }

  /**
   * Returns a column.
   *
   * @throws IllegalArgumentException if there is none of this name; names those there are
   */
  public Field field(String name) {
    return fields.get(place(name));
  }

  /** Says whether there is a column of this name. */
  public boolean has(String name) {
    return places.containsKey(name);
  }

  /** Returns which column has this name, from 0; otherwise as {@link #field}. */
  int place(String name) {
    Integer place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("no column '" + name + "'; there are " + names());
    }
    return place;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableSchema schema && fields.equals(schema.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  /** Returns a line for each column, for {@link #parse}; a backslash stands before what would break a line. */
  @Override
  public String toString() {
    return fields.stream()
        .map(field -> new Field(escaped(field.name()), field.type(), field.optional()).toString())
        .collect(Collectors.joining("\n"));
  }

  private static String escaped(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean edge = i == 0 || i == name.length() - 1;
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        default -> {
          if (edge && Character.isWhitespace(c)) {
            text.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    return text.toString();
  }

  private static String unescaped(String text) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        name.append(c);
        continue;
      }
      char kind = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
      if (kind == '\\' || kind == 'n') {
        name.append(kind == 'n' ? '\n' : '\\');
        i++;
      } else if (kind == 'u' && i + 5 < text.length()
          && text.substring(i + 2, i + 6).matches("[0-9a-f]{4}")) {
        name.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        throw new IllegalArgumentException("'" + text + "' has a backslash at " + i
            + "; expected it before a backslash, an n, or a u and four hexadecimal digits");
      }
    }
    return name.toString();
  }
}

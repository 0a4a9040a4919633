package org.modelledger.tables;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A column of categories as it was learned: texts, or whole numbers with truth values among them. */
final class CategoryColumn {
  /** What {@link #code} says of a missing value that is not filled. */
  static final int MISSING = -1;

  /** The whole number that stands for a missing one; those that may be missing are never as far from 0. */
  static final long STRANGER = -(1L << 62);

  private final Field field;
  private final ColumnSteps steps;
  /** {@code String} or {@code Long}, ascending. */
  private final List<Object> categories;
  private final Map<Object, Integer> codes = new HashMap<>();
  private final int missingCode;

  private CategoryColumn(Field field, ColumnSteps steps, List<Object> categories,
      Optional<Object> fill) {
    this.field = field;
    this.steps = steps;
    this.categories = List.copyOf(categories);
    for (int code = 0; code < categories.size(); code++) {
      codes.put(categories.get(code), code);
    }
    this.missingCode = fill.map(value -> codes.getOrDefault(value, categories.size()))
        .orElse(MISSING);
  }

  static CategoryColumn fit(Column column, ColumnSteps steps) {
    Field field = column.field();
    boolean text = field.type() == ColumnType.TEXT;
    boolean unfit = steps.clipping != ColumnSteps.Clipping.NONE
        || steps.scaling != ColumnSteps.Scaling.NONE || !text && !field.type().isWhole()
        || switch (steps.filling) {
          case NONE, MOST_FREQUENT -> false;
          case MEAN, MEDIAN -> true;
          case TEXT -> !text;
          case NUMBER -> text || steps.number != (long) steps.number;
        };
    if (unfit || steps.encoding == ColumnSteps.Encoding.NONE) {
      throw new IllegalArgumentException("column '" + field.name() + "' has type " + field.type()
          + " and the steps '" + steps + "', which do not go together; expected "
          + (text || field.type().isWhole()
              ? "codes() or oneHot() and steps for categories"
              : "steps for numbers, or a column of TEXT, INT64 or BOOL"));
    }
    TreeMap<Object, Integer> counts = new TreeMap<>();
    for (int row = 0; row < column.size(); row++) {
      if (!column.isMissing(row)) {
        counts.merge(value(column, row), 1, Integer::sum);
      }
    }
    Optional<Object> fill = switch (steps.filling) {
      case NONE, MEAN, MEDIAN -> Optional.empty();
      case TEXT -> Optional.ofNullable(steps.text);
      case NUMBER -> Optional.of((long) steps.number);
      case MOST_FREQUENT -> mostFrequent(counts, 1).stream().findFirst();
    };
    fill.ifPresent(value -> {
      int missing = column.countMissing();
      if (missing > 0) {
        counts.merge(value, missing, Integer::sum);
      }
    });
    if (counts.isEmpty()) {
      throw new TableException("column '" + field.name()
          + "' has no value in the training rows; expected at least 1 category");
    }
    if (counts.size() > steps.maxCategories && !steps.restUnseen) {
      throw new TableException("column '" + field.name() + "' has " + counts.size()
          + " categories in the training rows; expected at most " + steps.maxCategories
          + ", or maxCategories or keepMostFrequent");
    }
    List<Object> kept = mostFrequent(counts, steps.maxCategories);
    return new CategoryColumn(field, steps,
        counts.keySet().stream().filter(new HashSet<>(kept)::contains).toList(), fill);
  }

  private static List<Object> mostFrequent(Map<Object, Integer> counts, int count) {
    // the sort is stable, so of equally frequent ones the least come first
    List<Map.Entry<Object, Integer>> entries = new ArrayList<>(counts.entrySet());
    entries.sort(Comparator.comparingInt(entry -> -entry.getValue()));
    return entries.stream().limit(count).map(Map.Entry::getKey).toList();
  }

  static Object value(Column column, int row) {
    if (column.field().type() == ColumnType.TEXT) {
      return column.text(row);
    }
    // as a graph gets it: a column that may miss values comes in float64
    RawColumns.number(column, row);
    return column.whole(row);
  }

  Field field() {
    return field;
  }

  ColumnSteps steps() {
    return steps;
  }

  List<Object> categories() {
    return categories;
  }

  boolean isText() {
    return field.type() == ColumnType.TEXT;
  }

  /** Returns what a missing value counts as: a code, the number of categories if unseen, or {@link #MISSING}. */
  int missingCode() {
    return missingCode;
  }

  /** Returns a value's code, the number of categories if it was not seen, or {@link #MISSING}. */
  int code(Column column, int row) {
    return column.isMissing(row)
        ? missingCode
        : codes.getOrDefault(value(column, row), categories.size());
  }

  /** Says whether values come into a graph as FP64, because whole numbers may be missing. */
  boolean isOptionalNumber() {
    return !isText() && field.optional();
  }

  @Override
  public String toString() {
    return field.name() + ": "
        + (steps.encoding == ColumnSteps.Encoding.CODES ? "codes" : "one-hot")
        + " of " + categories
        + (missingCode == MISSING
            ? ""
            : ", missing is "
                + (missingCode == categories.size() ? "unseen" : categories.get(missingCode)));
  }
}

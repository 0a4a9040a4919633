package org.modelledger.tables;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.modelledger.model.Digest;
import org.modelledger.training.DataSource;

/**
 * A table in three parts: to learn from, to choose by and to judge by. Each row is in one of them. Immutable
 * and safe for use by several threads.
 *
 * <p>Each part's sources are the table's and one that says which rows it has: the specification and the
 * count in its name, and for its digest the SHA-256 of the rows' numbers in the table, from 0, ascending,
 * eight bytes each, little-endian. So a lineage statement tells them, and whoever has the file can check it.
 *
 * <h2>How</h2>
 *
 * The units are groups, or rows where nothing is grouped. They are sorted by the value to stratify by – of a
 * group the one it has most often –, and within it shuffled, large groups first (xoshiro256++ from the seed,
 * Fisher and Yates). Then each unit in turn goes to the part that lacks most rows of its share of those seen
 * so far.
 */
public final class Split {
  // the random choices of this room have the streams 40 to 49
  private static final long STREAM = 40;
  private static final int CHUNK_ROWS = 1 << 13;

  /** What rows are for. */
  public enum Part {
    TRAINING, VALIDATION, TEST
  }

  private final SplitSpec spec;
  private final Map<Part, int[]> rows = new EnumMap<>(Part.class);
  private final Map<Part, Digest> digests = new EnumMap<>(Part.class);
  private final Map<Part, Table> tables = new EnumMap<>(Part.class);
  private final int all;

  private Split(Table table, SplitSpec spec, Map<Part, int[]> parts) {
    this.spec = spec;
    this.all = table.rows();
    parts.forEach((part, which) -> {
      Digest digest = digest(which);
      List<DataSource> sources = new ArrayList<>(table.sources());
      sources.add(new DataSource(name(part, which.length), digest));
      rows.put(part, which);
      digests.put(part, digest);
      tables.put(part, table.select(which, sources));
    });
  }

  private String name(Part part, int count) {
    return part.name().toLowerCase(Locale.ROOT) + " rows: " + count + " of " + all + ", " + spec;
  }

  private static Digest digest(int[] which) {
    MessageDigest digest = Digest.sha256();
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK_ROWS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int row : which) {
      if (!bytes.hasRemaining()) {
        digest.update(bytes.flip());
        bytes.clear();
      }
      bytes.putLong(row);
    }
    digest.update(bytes.flip());
    return Digest.of(digest.digest());
  }

  /**
   * Parts a table.
   *
   * @throws IllegalArgumentException if there is no column to stratify or to group by, or it holds numbers
   *     that are not whole
   * @throws TableException if such a column misses a value, or a part whose fraction is above 0 gets no row
   */
  public static Split of(Table table, SplitSpec spec) {
    List<int[]> units = spec.grouped()
        .map(column -> List.copyOf(byValue(table, column, "group").values()))
        .orElseGet(() -> singles(table.rows()));
    Map<Part, int[]> parts = assign(ordered(table, spec, units), spec, table.rows());
    parts.forEach((part, which) -> {
      if (which.length == 0 && spec.fraction(part) > 0) {
        throw new TableException(
            "the " + part.name().toLowerCase(Locale.ROOT) + " part has none of the "
                + table.rows() + " rows in " + units.size() + " "
                + (spec.grouped().isPresent() ? "groups" : "units") + " (" + spec
                + "); expected at least 1, so more rows or another fraction");
      }
    });
    return new Split(table, spec, parts);
  }

  private static List<int[]> singles(int rows) {
    List<int[]> units = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      units.add(new int[]{row});
    }
    return units;
  }

  /** Returns the rows of each value, in the order of the values. */
  private static Map<Object, int[]> byValue(Table table, String name, String what) {
    Column column = table.column(name);
    TreeMap<Object, IntList> lists = new TreeMap<>();
    for (int row = 0; row < table.rows(); row++) {
      lists.computeIfAbsent(value(column, row, what), value -> new IntList()).add(row);
    }
    TreeMap<Object, int[]> rows = new TreeMap<>();
    lists.forEach((value, list) -> rows.put(value, list.toArray()));
    return rows;
  }

  private static Object value(Column column, int row, String what) {
    Field field = column.field();
    if (column.isMissing(row)) {
      throw new TableException("column '" + field.name() + "', row " + row
          + " is missing; expected a value to " + what + " by");
    }
    return switch (field.type()) {
      case TEXT -> column.text(row);
      case INT64, BOOL -> column.whole(row);
      case FP64, FP32 ->
        throw new IllegalArgumentException("column '" + field.name() + "' has type "
            + field.type() + "; expected TEXT, INT64 or BOOL to " + what + " by");
    };
  }

  /** Returns the units in the order in which they are given away. */
  private static List<int[]> ordered(Table table, SplitSpec spec, List<int[]> units) {
    List<List<int[]>> strata = spec.stratified()
        .map(column -> strata(table.column(column), units))
        .orElseGet(() -> List.of(units));
    Xoshiro256 random = Xoshiro256.seeded(spec.seed(), STREAM);
    List<int[]> ordered = new ArrayList<>(units.size());
    for (List<int[]> stratum : strata) {
      int[] order = new int[stratum.size()];
      Arrays.setAll(order, i -> i);
      random.shuffle(order);
      List<int[]> shuffled = new ArrayList<>(order.length);
      for (int i : order) {
        shuffled.add(stratum.get(i));
      }
      if (spec.grouped().isPresent()) {
        // a large group that comes last could not be made up for; the sort is stable
        shuffled.sort(Comparator.comparingInt(unit -> -unit.length));
      }
      ordered.addAll(shuffled);
    }
    return ordered;
  }

  private static List<List<int[]>> strata(Column column, List<int[]> units) {
    TreeMap<Object, List<int[]>> strata = new TreeMap<>();
    for (int[] unit : units) {
      strata.computeIfAbsent(mostFrequent(column, unit), value -> new ArrayList<>()).add(unit);
    }
    return List.copyOf(strata.values());
  }

  /** Returns the value that most rows of a unit have; of several the least. */
  private static Object mostFrequent(Column column, int[] unit) {
    TreeMap<Object, Integer> counts = new TreeMap<>();
    for (int row : unit) {
      counts.merge(value(column, row, "stratify"), 1, Integer::sum);
    }
    Object best = counts.firstKey();
    for (Map.Entry<Object, Integer> count : counts.entrySet()) {
      if (count.getValue() > counts.getOrDefault(best, 0)) {
        best = count.getKey();
      }
    }
    return best;
  }

  private static Map<Part, int[]> assign(List<int[]> units, SplitSpec spec, int rows) {
    Part[] parts = Part.values();
    byte[] chosen = new byte[rows];
    int[] counts = new int[parts.length];
    long seen = 0;
    for (int[] unit : units) {
      seen += unit.length;
      int best = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int p = 0; p < parts.length; p++) {
        double lacking = spec.fraction(parts[p]) * seen - counts[p];
        if (spec.fraction(parts[p]) > 0 && lacking > most) {
          most = lacking;
          best = p;
        }
      }
      counts[best] += unit.length;
      for (int row : unit) {
        chosen[row] = (byte) best;
      }
    }
    Map<Part, int[]> assigned = new EnumMap<>(Part.class);
    for (int p = 0; p < parts.length; p++) {
      int[] which = new int[counts[p]];
      int at = 0;
      for (int row = 0; row < rows; row++) {
        if (chosen[row] == p) {
          which[at++] = row;
        }
      }
      assigned.put(parts[p], which);
    }
    return assigned;
  }

  /** Returns the rows to learn from. */
  public Table training() {
    return table(Part.TRAINING);
  }

  /** Returns the rows to choose by; none if their fraction is 0. */
  public Table validation() {
    return table(Part.VALIDATION);
  }

  /** Returns the rows to judge by; none if their fraction is 0. */
  public Table test() {
    return table(Part.TEST);
  }

  /** Returns a part. */
  public Table table(Part part) {
    return Objects.requireNonNull(tables.get(part));
  }

  /** Returns which rows of the table a part has, ascending, a new array each time. */
  public int[] rows(Part part) {
    return Objects.requireNonNull(rows.get(part)).clone();
  }

  /** Returns the digest of the rows' numbers. */
  public Digest digest(Part part) {
    return Objects.requireNonNull(digests.get(part));
  }

  /** Returns the specification. */
  public SplitSpec spec() {
    return spec;
  }

  /** Returns the record of the split: for each part a line with its count, the specification and the digest. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    rows.forEach((part, which) -> text.append(name(part, which.length))
        .append(", ")
        .append(digest(part))
        .append('\n'));
    return text.toString();
  }

  /** A growing list of rows. */
  private static final class IntList {
    private int[] items = new int[4];
    private int size;

    void add(int item) {
      if (size == items.length) {
        items = Arrays.copyOf(items, 2 * size);
      }
      items[size++] = item;
    }

    int[] toArray() {
      return Arrays.copyOf(items, size);
    }
  }
}

package org.modelledger.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.modelledger.model.Digest;
import org.modelledger.training.DataSource;

/** Tables of random values of every type, some of them missing. */
final class RandomTables {
  static final List<DataSource> NOWHERE = List
      .of(new DataSource("made up", Digest.sha256(new byte[0])));
  private static final String[] TEXTS = {"a", "B", "ä", "日本", "\ud83d\ude00", "x y", " x", "1",
      "\"",
      "a,b", "two\nlines", "cr\rlf\r\n", "'", ";", "\\", "NA", "NaN", "true", "\t", "#"};

  private RandomTables() {}

  static TableSchema schema(SplittableRandom random, int columns) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      ColumnType[] types = ColumnType.values();
      fields.add(
          new Field(TEXTS[random.nextInt(TEXTS.length)] + i, types[random.nextInt(types.length)],
              random.nextBoolean()));
    }
    return TableSchema.of(fields);
  }

  static Table table(SplittableRandom random, TableSchema schema, int rows) {
    TableBuilder builder = new TableBuilder(schema);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < schema.fields().size(); i++) {
        Field field = schema.fields().get(i);
        if (field.optional() && random.nextInt(4) == 0) {
          builder.addMissing(i);
          continue;
        }
        switch (field.type()) {
          case FP64 -> builder.addNumber(i, number(random));
          case FP32 -> builder.addNumber(i, narrow(random));
          case INT64 -> builder.addWhole(i, random.nextLong() >> random.nextInt(64));
          case BOOL -> builder.addFlag(i, random.nextBoolean());
          case TEXT -> builder.addText(i, TEXTS[random.nextInt(TEXTS.length)]
              + (random.nextBoolean() ? TEXTS[random.nextInt(TEXTS.length)] : ""));
        }
      }
    }
    return builder.build(NOWHERE);
  }

  private static double number(SplittableRandom random) {
    double any = Double.longBitsToDouble(random.nextLong());
    return random.nextBoolean() && Double.isFinite(any) ? any : random.nextInt(-1000, 1000) / 8.0;
  }

  private static float narrow(SplittableRandom random) {
    float any = Float.intBitsToFloat(random.nextInt());
    return random.nextBoolean() && Float.isFinite(any) ? any : random.nextInt(-1000, 1000) / 8f;
  }

  /** Says whether two tables have the same columns and the same values, bit by bit. */
  static boolean same(Table a, Table b) {
    if (!a.schema().equals(b.schema()) || a.rows() != b.rows()) {
      return false;
    }
    for (int i = 0; i < a.columns().size(); i++) {
      for (int row = 0; row < a.rows(); row++) {
        if (!value(a.columns().get(i), row).equals(value(b.columns().get(i), row))) {
          return false;
        }
      }
    }
    return true;
  }

  static Object value(Column column, int row) {
    if (column.isMissing(row)) {
      return "missing";
    }
    return switch (column.field().type()) {
      case FP64, FP32 -> column.number(row);
      case INT64 -> column.whole(row);
      case BOOL -> column.flag(row);
      case TEXT -> "text " + column.text(row);
    };
  }
}

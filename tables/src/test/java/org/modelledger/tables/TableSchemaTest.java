package org.modelledger.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TableSchemaTest {
  private static final TableSchema LOANS = TableSchema.of(Field.fp64("income").orMissing(),
      Field.fp32("rate"), Field.int64("age"), Field.bool("owner"), Field.text("city").orMissing());

  @Test
  void isWrittenAsALineForEachColumn() {
    assertThat(LOANS)
        .hasToString("income: FP64?\nrate: FP32\nage: INT64\nowner: BOOL\ncity: TEXT?");
    assertThat(TableSchema.parse(LOANS + "\n\n")).isEqualTo(LOANS).hasSameHashCodeAs(LOANS);
  }

  @Test
  void isReadAsItWasWritten() {
    SplittableRandom random = Seeds.random();
    String[] parts = {"\\", "\n", " ", ": ", "?", "\t", "u0020", "n", "a", "\r", "é", ": TEXT"};
    for (int i = 0; i < 2000; i++) {
      StringBuilder name = new StringBuilder("x".repeat(random.nextInt(2)));
      do {
        name.append(parts[random.nextInt(parts.length)]);
      } while (random.nextInt(4) > 0);
      TableSchema schema = TableSchema.of(Field.text("first"),
          new Field(name.toString(), List.of(ColumnType.values()).get(random.nextInt(5)),
              random.nextBoolean()));
      assertThat(TableSchema.parse(schema.toString())).as(Seeds.seed()).isEqualTo(schema);
    }
  }

  @Test
  void refusesALineThatIsNoColumn() {
    for (String line : new String[]{"age", "age INT64", "age: INT", "age: int64", ": FP64",
        "age: FP64??",
        "a\\b: FP64"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> TableSchema.parse(line))
          .withMessageContaining("expected");
    }
  }

  @Test
  void refusesWhatIsNoSchema() {
    assertThatIllegalArgumentException().isThrownBy(TableSchema::of)
        .withMessage("a table has at least one column");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TableSchema.of(Field.fp64("a"), Field.text("a")))
        .withMessage("two columns are called 'a'");
    assertThatIllegalArgumentException().isThrownBy(() -> Field.fp64(""));
    assertThatIllegalArgumentException().isThrownBy(() -> Field.fp64("a\ud800"));
  }

  @Test
  void namesTheColumnsThereAre() {
    assertThat(LOANS.field("age")).isEqualTo(Field.int64("age"));
    assertThatIllegalArgumentException().isThrownBy(() -> LOANS.field("ages"))
        .withMessage("no column 'ages'; there are [income, rate, age, owner, city]");
  }
}

package org.modelledger.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final TableSchema SCHEMA = TableSchema.of(Field.fp64("x").orMissing(),
      Field.int64("n").orMissing(), Field.bool("b").orMissing(), Field.text("t").orMissing(),
      Field.fp32("f"));

  private static Table three() {
    return new TableBuilder(SCHEMA).addNumber(0, 1.5)
        .addNumber(0, Double.NaN)
        .addMissing(0)
        .addWhole(1, Long.MIN_VALUE)
        .addMissing(1)
        .addWhole(1, 7)
        .addFlag(2, true)
        .addFlag(2, false)
        .addMissing(2)
        .addText(3, "a")
        .addText(3, "")
        .addText(3, "a")
        .addNumber(4, 0.1)
        .addNumber(4, 1e-50)
        .addNumber(4, -0.0)
        .build(RandomTables.NOWHERE);
  }

  @Test
  void hasTheValuesThatWereAdded() {
    Table table = three();
    assertThat(table.rows()).isEqualTo(3);
    assertThat(table.column("x").number(0)).isEqualTo(1.5);
    assertThat(table.column("x").isMissing(1)).isTrue();
    assertThat(table.column("x").countMissing()).isEqualTo(2);
    assertThat(table.column("n").whole(0)).isEqualTo(Long.MIN_VALUE);
    assertThat(table.column("n").number(0)).isEqualTo(-0x1p63);
    assertThat(table.column("n").number(1)).isNaN();
    assertThat(table.column("b").flag(0)).isTrue();
    assertThat(table.column("b").whole(0)).isEqualTo(1);
    assertThat(table.column("b").number(1)).isZero();
    assertThat(table.column("b").number(2)).isNaN();
    assertThat(table.column("t").text(2)).isEqualTo("a");
    assertThat(table.column("t").text(1)).isEmpty();
    assertThat(table.column("t").isMissing(1)).isTrue();
    assertThat(table.column("f").number(0)).isEqualTo(0.1f);
    assertThat(table.column("f").number(1)).isZero();
    assertThat(Double.doubleToRawLongBits(table.column("f").number(2)))
        .isEqualTo(Double.doubleToRawLongBits(-0.0));
    assertThat(table).hasToString("Table of 3 rows " + SCHEMA.fields());
  }

  @Test
  void selectsRowsInAnyOrder() {
    Table table = three().select(2, 0, 0);
    assertThat(table.rows()).isEqualTo(3);
    assertThat(table.column("n").whole(0)).isEqualTo(7);
    assertThat(table.column("n").whole(2)).isEqualTo(Long.MIN_VALUE);
    assertThat(table.select(1).column("n").whole(0)).isEqualTo(Long.MIN_VALUE);
    assertThat(three().withoutMissing("n").rows()).isEqualTo(2);
    assertThat(three().select().rows()).isZero();
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> three().select(3));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> three().select(0).column("n").whole(1));
  }

  @Test
  void growsPastOnePiece() {
    int rows = 3 * ColumnData.PIECE + 1;
    TableBuilder builder = new TableBuilder(TableSchema.of(Field.int64("n"), Field.text("t")));
    for (int row = 0; row < rows; row++) {
      builder.addWhole(0, row).addText(1, "t" + row % 1000);
    }
    Table table = builder.build(RandomTables.NOWHERE);
    assertThat(table.rows()).isEqualTo(rows);
    for (int row = 0; row < rows; row += 997) {
      assertThat(table.column("n").whole(row)).isEqualTo(row);
      assertThat(table.column("t").text(row)).isEqualTo("t" + row % 1000);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    TableBuilder builder = new TableBuilder(SCHEMA);
    assertThatIllegalStateException().isThrownBy(() -> builder.addText(0, "1"));
    assertThatIllegalStateException().isThrownBy(() -> builder.addWhole(0, 1));
    assertThatIllegalStateException().isThrownBy(() -> builder.addNumber(1, 1));
    assertThatIllegalStateException().isThrownBy(() -> builder.addFlag(3, true));
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> builder.addMissing(4))
        .withMessage("column 'f', row 0 is missing; expected a value, as the schema says f: FP32");
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> builder.addNumber(0, Double.POSITIVE_INFINITY))
        .withMessage("column 'x', row 0 is Infinity; expected a number that is finite as FP64");
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> builder.addNumber(4, 1e39))
        .withMessage("column 'f', row 0 is 1.0E39; expected a number that is finite as FP32");
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> builder.addText(3, "\udc00"))
        .withMessageContaining("column 't', row 0");
    builder.addNumber(0, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.build(RandomTables.NOWHERE))
        .withMessage("column 'n' has 0 values; the first one has 1");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.build(List.of()));
    assertThatIllegalStateException().isThrownBy(() -> three().column("t").number(0));
    assertThatIllegalStateException().isThrownBy(() -> three().column("x").text(0));
    assertThatIllegalArgumentException().isThrownBy(() -> three().column("y"));
  }
}

package org.modelledger.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.modelledger.model.Digest;
import org.modelledger.tables.Split.Part;

class SplitTest {
  private static final TableSchema SCHEMA = TableSchema.of(Field.int64("customer"),
      Field.text("outcome").orMissing(), Field.fp64("x"));
  private static final SplitSpec SPEC = SplitSpec.fractions(0.6, 0.2, 0.2).seed(42);

  /** Rows of customers with one to five rows each; a tenth of the outcomes is "bad". */
  private static Table loans(int rows) {
    TableBuilder builder = new TableBuilder(SCHEMA);
    int customer = 0;
    int left = 0;
    for (int row = 0; row < rows; row++) {
      if (left == 0) {
        customer++;
        left = 1 + customer % 5;
      }
      left--;
      builder.addWhole(0, customer).addText(1, row % 10 == 3 ? "bad" : "good").addNumber(2, row);
    }
    return builder.build(RandomTables.NOWHERE);
  }

  private static int[] all(Split split) {
    return Arrays.stream(Part.values())
        .flatMapToInt(part -> IntStream.of(split.rows(part)))
        .toArray();
  }

  @Test
  void putsEachRowIntoOnePart() {
    Split split = Split.of(loans(1000), SPEC);
    assertThat(all(split)).containsExactlyInAnyOrder(IntStream.range(0, 1000).toArray());
    assertThat(split.training().rows()).isEqualTo(600);
    assertThat(split.validation().rows()).isEqualTo(200);
    assertThat(split.test().rows()).isEqualTo(200);
    for (Part part : Part.values()) {
      int[] rows = split.rows(part);
      assertThat(rows).isSorted();
      for (int i = 0; i < rows.length; i++) {
        assertThat(split.table(part).column("x").number(i)).isEqualTo(rows[i]);
      }
    }
  }

  /** What this JVM parts, every other one has to part. */
  @Test
  void isTheSameOnEveryJvm() {
    assertThat(Split.of(loans(1000), SPEC).digest(Part.TRAINING).hex())
        .isEqualTo("0cf4b827c9778f354b8a5f579bac49e7e741780e01249e995a027a34e87723db");
    assertThat(Split.of(loans(1000), SPEC.stratifiedBy("outcome")).digest(Part.TEST).hex())
        .isEqualTo("11128b9bc90f88c9864179bc7406d46f3a8683e6f61a36fab466de0b4826e0d0");
    assertThat(Split.of(loans(1000), SPEC.stratifiedBy("outcome").groupedBy("customer"))
        .digest(Part.VALIDATION)
        .hex()).isEqualTo("91fcd88a4b1138ba5f7f1cfeb0e13c55e60c6595bba49fe7025b7545f5bd951a");
  }

  @Test
  void dependsOnTheSeed() {
    Table table = loans(100);
    assertThat(Split.of(table, SPEC).rows(Part.TEST))
        .isEqualTo(Split.of(table, SPEC).rows(Part.TEST))
        .isNotEqualTo(Split.of(table, SPEC.seed(43)).rows(Part.TEST));
  }

  @Test
  void recordsWhichRows() {
    Split split = Split.of(loans(10), SPEC.stratifiedBy("outcome"));
    int[] rows = split.rows(Part.TRAINING);
    ByteBuffer bytes = ByteBuffer.allocate(8 * rows.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int row : rows) {
      bytes.putLong(row);
    }
    Digest digest = Digest.sha256(bytes.array());
    assertThat(split.digest(Part.TRAINING)).isEqualTo(digest);
    assertThat(split.training().sources()).hasSize(2).startsWith(RandomTables.NOWHERE.getFirst());
    assertThat(split.training().sources().getLast().digest()).isEqualTo(digest);
    assertThat(split.training().sources().getLast().name())
        .isEqualTo("training rows: 6 of 10, seed 42, 0.6/0.2/0.2, stratified by 'outcome'");
    assertThat(split.toString().lines()).hasSize(3)
        .first()
        .isEqualTo(split.training().sources().getLast().name() + ", " + digest);
    assertThat(split.spec()).hasToString("seed 42, 0.6/0.2/0.2, stratified by 'outcome'");
  }

  @Test
  void keepsTheSharesOfAColumnInEveryPart() {
    Split split = Split.of(loans(1000), SPEC.stratifiedBy("outcome"));
    assertThat(bad(split.training())).isBetween(59L, 61L);
    assertThat(bad(split.validation())).isBetween(19L, 21L);
    assertThat(bad(split.test())).isBetween(19L, 21L);
    assertThat(split.training().rows()).isEqualTo(600);
  }

  private static long bad(Table table) {
    return IntStream.range(0, table.rows())
        .filter(row -> table.column("outcome").text(row).equals("bad"))
        .count();
  }

  @Test
  void keepsGroupsTogether() {
    SplittableRandom random = Seeds.random();
    for (SplitSpec spec : new SplitSpec[]{SPEC.groupedBy("customer"),
        SPEC.groupedBy("customer").stratifiedBy("outcome")}) {
      Split split = Split.of(loans(1000), spec.seed(random.nextLong()));
      Set<Long> seen = new HashSet<>();
      for (Part part : Part.values()) {
        Set<Long> customers = new HashSet<>();
        for (int row = 0; row < split.table(part).rows(); row++) {
          customers.add(split.table(part).column("customer").whole(row));
        }
        assertThat(seen).as(Seeds.seed()).doesNotContainAnyElementsOf(customers);
        seen.addAll(customers);
      }
      assertThat(split.training().rows()).as(Seeds.seed()).isBetween(590, 610);
      assertThat(split.test().rows()).as(Seeds.seed()).isBetween(190, 210);
    }
  }

  @Test
  void partsTablesOfAnySize() {
    SplittableRandom random = Seeds.random();
    for (int i = 0; i < 200; i++) {
      int rows = random.nextInt(3, 300);
      double training = random.nextInt(1, 10) / 10.0;
      double validation = random.nextInt(0, 11 - (int) (10 * training)) / 10.0;
      SplitSpec spec = SplitSpec.fractions(training, validation, 1 - training - validation < 1e-9
          ? 0
          : 1 - training - validation).seed(random.nextLong());
      Split split;
      try {
        split = Split.of(loans(rows), spec);
      } catch (TableException e) {
        // a tenth of a few rows
        assertThat(rows).as(Seeds.seed() + ", " + spec).isLessThan(20);
        continue;
      }
      assertThat(all(split)).containsExactlyInAnyOrder(IntStream.range(0, rows).toArray());
      assertThat((double) split.training().rows()).as(Seeds.seed() + ", " + spec)
          .isBetween(training * rows - 1.5, training * rows + 1.5);
    }
  }

  @Test
  void mayLeaveOutAPart() {
    Split split = Split.of(loans(100), SplitSpec.fractions(0.8, 0, 0.2));
    assertThat(split.training().rows()).isEqualTo(80);
    assertThat(split.validation().rows()).isZero();
    assertThat(split.test().rows()).isEqualTo(20);
  }

  @Test
  void refusesWhatCannotBeParted() {
    Table table = loans(10);
    assertThatIllegalArgumentException().isThrownBy(() -> SplitSpec.fractions(0.5, 0.2, 0.2))
        .withMessageContaining("the fractions are 0.5, 0.2, 0.2; expected");
    assertThatIllegalArgumentException().isThrownBy(() -> SplitSpec.fractions(0, 0.5, 0.5));
    assertThatIllegalArgumentException().isThrownBy(() -> SplitSpec.fractions(1.5, -0.5, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> SplitSpec.fractions(Double.NaN, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Split.of(table, SPEC.stratifiedBy("y")))
        .withMessageContaining("no column 'y'");
    assertThatIllegalArgumentException().isThrownBy(() -> Split.of(table, SPEC.groupedBy("x")))
        .withMessage("column 'x' has type FP64; expected TEXT, INT64 or BOOL to group by");
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> Split.of(loans(2), SPEC))
        .withMessageContaining("part has none of the 2 rows in 2 units");
    Table missing = new TableBuilder(SCHEMA).addWhole(0, 1)
        .addMissing(1)
        .addNumber(2, 0)
        .build(RandomTables.NOWHERE);
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> Split.of(missing, SPEC.stratifiedBy("outcome")))
        .withMessage("column 'outcome', row 0 is missing; expected a value to stratify by");
  }
}

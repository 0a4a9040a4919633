package org.modelledger.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.training.Dataset;

class PreparationTest {
  private static final double NAN = Double.NaN;
  private static final TableSchema SCHEMA = TableSchema.of(Field.fp64("x").orMissing(),
      Field.int64("n").orMissing(), Field.bool("b").orMissing(), Field.text("t").orMissing(),
      Field.fp32("y"));

  private static Table table(double[] x) {
    TableBuilder builder = new TableBuilder(SCHEMA);
    String[] texts = {"b", "a", "b", "", "c"};
    for (int row = 0; row < x.length; row++) {
      builder.addNumber(0, x[row]).addText(3, texts[row % 5]).addNumber(4, row);
      if (row % 3 == 1) {
        builder.addMissing(1).addMissing(2);
      } else {
        builder.addWhole(1, row % 2 == 0 ? 0 : 10).addFlag(2, row % 2 == 0);
      }
    }
    return builder.build(RandomTables.NOWHERE);
  }

  /** Prepares one column only. */
  private static Preparation of(Table table, String name, UnaryOperator<ColumnSteps> steps) {
    Preparation.Builder builder = Preparation.builder(SCHEMA).fp64().column(name, steps);
    for (Field field : SCHEMA.fields()) {
      if (!field.name().equals(name)) {
        builder.drop(field.name());
      }
    }
    return builder.fit(table);
  }

  private static double[] values(Preparation preparation, Table table) {
    return preparation.apply(table).read(0, table.rows()).get("features").toDoubles();
  }

  private static double[] x(double[] values, UnaryOperator<ColumnSteps> steps) {
    Table table = table(values);
    return values(of(table, "x", steps), table);
  }

  @Test
  void leavesNumbersAsTheyAre() {
    assertThat(x(new double[]{1, NAN, -0.0, 1e300}, c -> c)).containsExactly(1, NAN, -0.0, 1e300);
  }

  @Test
  void fillsWhatIsMissing() {
    double[] values = {4, NAN, 1, 2, 2, NAN, 10};
    assertThat(x(values, c -> c.imputeMean())).containsExactly(4, 3.8, 1, 2, 2, 3.8, 10);
    assertThat(x(values, c -> c.imputeMedian())).containsExactly(4, 2, 1, 2, 2, 2, 10);
    assertThat(x(new double[]{1, 2, 4, 10, NAN}, c -> c.imputeMedian())[4]).isEqualTo(3);
    assertThat(x(values, c -> c.imputeMostFrequent())[1]).isEqualTo(2);
    assertThat(x(new double[]{3, 1, 3, 1, 2, NAN}, c -> c.imputeMostFrequent())[5]).isEqualTo(1);
    assertThat(x(values, c -> c.impute(-1))).containsExactly(4, -1, 1, 2, 2, -1, 10);
    assertThat(x(new double[]{1e308, 1.5e308, NAN}, c -> c.imputeMedian())[2]).isEqualTo(1.25e308);
  }

  @Test
  void scales() {
    assertThat(x(new double[]{2, 4, 4, 4, 5, 5, 7, 9}, c -> c.standardize()))
        .containsExactly(-1.5, -.5, -.5, -.5, 0, 0, 1, 2);
    assertThat(x(new double[]{2, 4, 10}, c -> c.minMax())).containsExactly(0, 0.25, 1);
    assertThat(x(new double[]{3, 3}, c -> c.standardize())).containsExactly(0, 0);
    assertThat(x(new double[]{3, 3}, c -> c.minMax())).containsExactly(0, 0);
    assertThat(x(new double[]{2, NAN, 10}, c -> c.minMax())).containsExactly(0, NAN, 1);
    // what is filled in counts
    assertThat(x(new double[]{1, 3, NAN, NAN}, c -> c.imputeMean().standardize()))
        .containsExactly(-1 / Math.sqrt(0.5), 1 / Math.sqrt(0.5), 0, 0);
  }

  @Test
  void clips() {
    double[] values = {-100, 1, 2, NAN, 1000};
    assertThat(x(values, c -> c.clip(0, 5))).containsExactly(0, 1, 2, NAN, 5);
    assertThat(x(values, c -> c.clip(0, 5).imputeMean())).containsExactly(0, 1, 2, 2, 5);
    double[] hundred = new double[101];
    for (int i = 0; i < hundred.length; i++) {
      hundred[i] = 100 - i;
    }
    double[] clipped = x(hundred, c -> c.clipQuantiles(0.05, 0.9));
    assertThat(clipped[0]).isEqualTo(90);
    assertThat(clipped[100]).isEqualTo(5);
    assertThat(x(new double[]{0, 10}, c -> c.clipQuantiles(0.25, 1))).containsExactly(2.5, 10);
  }

  @Test
  void learnsFromTheTrainingRowsOnly() {
    Preparation preparation = of(table(new double[]{0, 10}), "x", c -> c.minMax());
    assertThat(values(preparation, table(new double[]{20, NAN, -10}))).containsExactly(2, NAN, -1);
  }

  @Test
  void encodesCategories() {
    Table table = table(new double[6]);
    // b a b - c b
    assertThat(values(of(table, "t", c -> c.codes()), table)).containsExactly(1, 0, 1, NAN, 2, 1);
    assertThat(values(of(table, "t", c -> c.codes().imputeMostFrequent()), table))
        .containsExactly(1, 0, 1, 1, 2, 1);
    assertThat(values(of(table, "t", c -> c.codes().impute("aa")), table))
        .containsExactly(2, 0, 2, 1, 3, 2);
    assertThat(values(of(table, "t", c -> c.codes().keepMostFrequent(2)), table))
        .containsExactly(1, 0, 1, NAN, 2, 1);
    Preparation oneHot = of(table, "t", c -> c.oneHot().indicateMissing());
    assertThat(oneHot.featureNames()).containsExactly("t is missing", "t=a", "t=b", "t=c");
    assertThat(values(oneHot, table)).containsExactly(0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0,
        0, 0,
        0, 0, 1, 0, 0, 1, 0);
  }

  @Test
  void doesNotKnowCategoriesThatWereNotThere() {
    Preparation codes = of(table(new double[2]), "t", c -> c.codes());
    Preparation oneHot = of(table(new double[2]), "t", c -> c.oneHot());
    Table table = table(new double[5]);
    // learned from b a; then b a b - c
    assertThat(values(codes, table)).containsExactly(1, 0, 1, NAN, 2);
    assertThat(values(oneHot, table)).containsExactly(0, 1, 1, 0, 0, 1, 0, 0, 0, 0);
  }

  @Test
  void encodesWholeNumbersAndTruthValues() {
    Table table = table(new double[6]);
    // 0 - 0 10 - 10, true - true false - false
    assertThat(values(of(table, "n", c -> c.codes()), table)).containsExactly(0, NAN, 0, 1, NAN, 1);
    assertThat(values(of(table, "n", c -> c.codes().impute(10)), table)).containsExactly(0, 1, 0, 1,
        1, 1);
    assertThat(values(of(table, "n", c -> c.codes().impute(7)), table)).containsExactly(0, 1, 0, 2,
        1, 2);
    assertThat(values(of(table, "b", c -> c.codes()), table)).containsExactly(1, NAN, 1, 0, NAN, 0);
    assertThat(values(of(table, "b", c -> c), table)).containsExactly(1, NAN, 1, 0, NAN, 0);
    assertThat(values(of(table, "n", c -> c.imputeMean()), table)).containsExactly(0, 5, 0, 10, 5,
        10);
  }

  @Test
  void ordersAndNamesTheFeatures() {
    Table table = table(new double[]{1, 2, 3, 4, 5});
    Preparation preparation = Preparation.builder(SCHEMA)
        .numbers(c -> c.imputeMedian().indicateMissing())
        .texts(c -> c.oneHot())
        .column("b", c -> c.codes())
        .target("y")
        .fit(table);
    assertThat(preparation.featureNames()).containsExactly("x", "n", "x is missing", "n is missing",
        "b",
        "t=a", "t=b", "t=c");
    Dataset dataset = preparation.apply(table);
    assertThat(dataset.columns()).hasToString("[features: FP32 [8], label: FP32 []]");
    assertThat(dataset.rows()).isEqualTo(5);
    assertThat(dataset.sources()).isEqualTo(RandomTables.NOWHERE);
    assertThat(dataset.read(1, 2).get("features")).isEqualTo(
        Tensor.of(new float[]{2, 0, 0, 1, Float.NaN, 1, 0, 0, 3, 0, 0, 0, 1, 0, 1, 0}, 2, 8));
    assertThat(dataset.read(1, 2).get("label")).isEqualTo(Tensor.of(new float[]{1, 2}, 2));
    assertThat(dataset.read(0, 5).get("features").shape()).isEqualTo(Shape.of(5, 8));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> dataset.read(4, 2));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> dataset.read(0, 0));
    assertThat(preparation).hasToString("""
        x: missing is 3.0, x
        n: missing is 0.0, x
        x: is missing
        n: is missing
        b: codes of [0, 1]
        t: one-hot of [a, b, c]
        y: the target""");
  }

  @Test
  void numbersTheClassesOfATarget() {
    Table table = table(new double[5]).withoutMissing("t");
    Preparation.Builder builder = Preparation.builder(SCHEMA).drop("n", "b");
    Preparation sorted = builder.classes("t").fit(table);
    assertThat(sorted.classes()).containsExactly("a", "b", "c");
    assertThat(sorted.apply(table).read(0, 4).get("label").toLongs()).containsExactly(1, 0, 1, 2);
    Preparation given = builder.classes("t", "c", "b", "a", "z").fit(table);
    assertThat(given.classes()).containsExactly("c", "b", "a", "z");
    assertThat(given.apply(table).read(0, 4).get("label").toLongs()).containsExactly(1, 2, 1, 0);
    Preparation flags = Preparation.builder(SCHEMA)
        .drop("t", "n")
        .classes("b")
        .fit(table(new double[5]).withoutMissing("b"));
    assertThat(flags.classes()).containsExactly("0", "1");
    Preparation wholes = Preparation.builder(SCHEMA)
        .drop("t", "b")
        .classes("n", "10", "0")
        .fit(table.withoutMissing("n"));
    assertThat(wholes.classes()).containsExactly("10", "0");
    assertThat(wholes.apply(table.withoutMissing("n")).read(0, 1).get("label").toLongs())
        .containsExactly(1);
  }

  @Test
  void takesATargetsNumbersAsTheyAre() {
    Table table = table(new double[]{1.5, 2.5});
    Preparation real = Preparation.builder(SCHEMA).drop("t", "n", "b").target("x").fit(table);
    assertThat(real.apply(table).read(0, 2).get("label"))
        .isEqualTo(Tensor.of(new double[]{1.5, 2.5}, 2));
    assertThat(real.classes()).isEmpty();
    Preparation whole = Preparation.builder(SCHEMA).drop("t", "b").target("n").fit(table);
    assertThat(whole.apply(table).read(0, 1).get("label")).isEqualTo(Tensor.of(new long[]{0}, 1));
    assertThatExceptionOfType(TableException.class).isThrownBy(() -> whole.apply(table).read(0, 2))
        .withMessageContaining("the target 'n', row 1 is missing");
  }

  @Test
  void preparesRowsWithoutATarget() {
    Table table = table(new double[]{1, 2});
    Preparation preparation = Preparation.builder(SCHEMA)
        .drop("t", "n", "b")
        .target("y")
        .fit(table);
    TableSchema onlyX = TableSchema.of(Field.fp64("x").orMissing());
    Table unknown = new TableBuilder(onlyX).addNumber(0, 3).build(RandomTables.NOWHERE);
    assertThat(preparation.apply(unknown).columns()).hasSize(1);
    assertThat(preparation.apply(unknown).read(0, 1).get("features"))
        .isEqualTo(Tensor.of(new float[]{3}, 1, 1));
    assertThat(preparation.inputs(unknown).get("x")).isEqualTo(Tensor.of(new double[]{3}, 1, 1));
  }

  @Test
  void givesEachColumnInItsOwnType() {
    TableSchema schema = TableSchema.of(Field.fp64("d"), Field.fp32("f"), Field.int64("n"),
        Field.int64("m").orMissing(), Field.bool("b"), Field.bool("c").orMissing(),
        Field.text("t").orMissing());
    Table table = new TableBuilder(schema).addNumber(0, 1.5)
        .addNumber(1, 2.5)
        .addWhole(2, 3)
        .addMissing(3)
        .addFlag(4, true)
        .addFlag(5, true)
        .addMissing(6)
        .build(RandomTables.NOWHERE);
    Preparation preparation = Preparation.builder(schema)
        .texts(c -> c.codes().impute("none"))
        .fit(table);
    assertThat(preparation.inputs(table).get("d").dataType()).isEqualTo(DataType.FP64);
    assertThat(preparation.inputs(table).get("f").dataType()).isEqualTo(DataType.FP32);
    assertThat(preparation.inputs(table).get("n").toLongs()).containsExactly(3);
    assertThat(preparation.inputs(table).get("m").toDoubles()).containsExactly(NAN);
    assertThat(preparation.inputs(table).get("b").toLongs()).containsExactly(1);
    assertThat(preparation.inputs(table).get("c").toDoubles()).containsExactly(1);
    assertThat(preparation.inputs(table).get("t").toStrings()).containsExactly("");
  }

  private static void refusedSteps(String name, UnaryOperator<ColumnSteps> steps, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> of(table(new double[5]), name, steps))
        .withMessageContaining(message);
  }

  @Test
  void refusesStepsThatDoNotGoTogether() {
    refusedSteps("t", c -> c,
        "column 't' has type TEXT and the steps 'as it is', which do not go together;"
            + " expected codes() or oneHot()");
    refusedSteps("t", c -> c.oneHot().standardize(), "expected codes() or oneHot()");
    refusedSteps("t", c -> c.codes().clip(0, 1), "expected codes() or oneHot()");
    refusedSteps("t", c -> c.codes().imputeMean(), "expected codes() or oneHot()");
    refusedSteps("t", c -> c.codes().impute(1), "expected codes() or oneHot()");
    refusedSteps("n", c -> c.codes().impute(1.5), "expected codes() or oneHot()");
    refusedSteps("n", c -> c.codes().impute("x"), "expected codes() or oneHot()");
    refusedSteps("x", c -> c.oneHot(),
        "expected steps for numbers, or a column of TEXT, INT64 or BOOL");
    refusedSteps("x", c -> c.impute("0"), "expected steps for numbers");
    refusedSteps("y", c -> c.indicateMissing(), "expected a field with orMissing()");
  }

  @Test
  void refusesWhatCannotBeLearned() {
    Table empty = table(new double[]{NAN, NAN});
    for (UnaryOperator<ColumnSteps> steps : List.<UnaryOperator<ColumnSteps>>of(c -> c.imputeMean(),
        c -> c.imputeMedian(), c -> c.imputeMostFrequent(), c -> c.standardize(), c -> c.minMax(),
        c -> c.clipQuantiles(0, 1))) {
      assertThatExceptionOfType(TableException.class).isThrownBy(() -> of(empty, "x", steps))
          .withMessageContaining("column 'x' has no number in the training rows");
    }
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> of(table(new double[]{-1e308, 1e308}), "x", c -> c.minMax()))
        .withMessageContaining("too far apart");
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> of(table(new double[]{1.7e308, 1.7e308}), "x", c -> c.standardize()))
        .withMessageContaining("too large");
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> of(table(new double[5]), "t", c -> c.oneHot().maxCategories(2)))
        .withMessage(
            "column 't' has 3 categories in the training rows; expected at most 2, or maxCategories"
                + " or keepMostFrequent");
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> of(table(new double[5]).select(3), "t", c -> c.codes()))
        .withMessage("column 't' has no value in the training rows; expected at least 1 category");
    Table large = new TableBuilder(TableSchema.of(Field.int64("m").orMissing()))
        .addWhole(0, (1L << 53) + 1)
        .build(RandomTables.NOWHERE);
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> Preparation.builder(large.schema()).fit(large))
        .withMessageContaining(
            "column 'm', row 0 is 9007199254740993; expected a whole number from -2^53");
  }

  @Test
  void refusesTargetsAndTablesThatDoNotFit() {
    Table table = table(new double[5]);
    Preparation.Builder builder = Preparation.builder(SCHEMA).drop("n", "b").texts(c -> c.codes());
    assertThatIllegalArgumentException().isThrownBy(() -> builder.target("t").fit(table))
        .withMessageContaining("the target 't' has type TEXT");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.classes("x").fit(table))
        .withMessageContaining("the target 'x' has type FP64");
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> builder.classes("t").fit(table))
        .withMessageContaining("the target 't', row 3 is missing");
    Table whole = table.withoutMissing("t");
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> builder.classes("t", "a", "b").fit(whole))
        .withMessage(
            "the target 't' has the value 'c' in the training rows; expected one of [a, b]");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.classes("t", "a", "a").fit(whole))
        .withMessageContaining("the class 'a' twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preparation.builder(SCHEMA)
            .drop("t")
            .classes("n", "ten")
            .fit(table.withoutMissing("n")))
        .withMessage("the target 'n' has type INT64 and the class 'ten'; expected a whole number");
    Preparation learned = builder.classes("t").fit(whole.select(0, 1));
    assertThatExceptionOfType(TableException.class)
        .isThrownBy(() -> learned.apply(whole).read(0, 4))
        .withMessage("the target 't', row 3 is 'c'; expected one of [a, b]");
    TableSchema other = TableSchema.of(Field.fp64("x"), Field.fp32("y"));
    Table required = new TableBuilder(other).addNumber(0, 1)
        .addNumber(1, 1)
        .build(RandomTables.NOWHERE);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.fit(required))
        .withMessageContaining("the table has the columns");
    assertThatIllegalArgumentException().isThrownBy(() -> learned.apply(required))
        .withMessage("the table has the column x: FP64; expected x: FP64?, as it was learned");
    assertThatIllegalArgumentException().isThrownBy(() -> learned.inputs(required));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preparation.builder(SCHEMA).column("z", c -> c));
    assertThatIllegalArgumentException().isThrownBy(() -> Preparation.builder(SCHEMA).drop("z"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preparation.builder(SCHEMA).drop("x", "n", "b", "t", "y").fit(table))
        .withMessageContaining("no column is left");
    for (String name : List.of("features", "class", "prepare/x")) {
      TableSchema taken = TableSchema.of(Field.fp64(name));
      Table one = new TableBuilder(taken).addNumber(0, 1).build(RandomTables.NOWHERE);
      assertThatIllegalArgumentException().isThrownBy(() -> Preparation.builder(taken).fit(one))
          .withMessageContaining("a column is called '" + name + "'");
    }
  }

  @Test
  void refusesStepsOutOfRange() {
    ColumnSteps none = ColumnSteps.NONE;
    assertThatIllegalArgumentException().isThrownBy(() -> none.clip(1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> none.clip(NAN, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> none.clipQuantiles(-0.1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> none.clipQuantiles(0.5, 1.1));
    assertThatIllegalArgumentException().isThrownBy(() -> none.impute(NAN));
    assertThatIllegalArgumentException().isThrownBy(() -> none.impute(""));
    assertThatIllegalArgumentException().isThrownBy(() -> none.maxCategories(0));
    assertThatIllegalArgumentException().isThrownBy(() -> none.keepMostFrequent((1 << 24) + 1));
    assertThat(none.indicateMissing().clipQuantiles(0.01, 0.99).imputeMedian().standardize())
        .hasToString("indicate missing, clip quantiles 0.01 to 0.99, impute median, standardize");
    assertThat(none.clip(0, 1).impute(2).minMax())
        .hasToString("clip 0.0 to 1.0, impute 2.0, scale to 0 to 1");
    assertThat(none.oneHot().impute("x").keepMostFrequent(3))
        .hasToString("impute 'x', one-hot, the 3 most frequent");
    assertThat(none.codes().imputeMostFrequent())
        .hasToString("impute most frequent, codes, at most 1000 categories");
    assertThat(none.imputeMean()).hasToString("impute mean");
    assertThat(none).hasToString("as it is");
  }
}

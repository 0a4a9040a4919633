package org.modelledger.tables;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.exact.ExactInferenceEngineProvider;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.spi.ProviderOptions;

/** What Java computes and what the graph computes are the same bits. */
class PreparationGraphTest {
  private static final List<UnaryOperator<ColumnSteps>> NUMBERS = List.of(c -> c,
      c -> c.imputeMean(),
      c -> c.imputeMedian().standardize(), c -> c.clip(-1.5, 20).minMax(),
      c -> c.clipQuantiles(0.1, 0.9),
      c -> c.impute(-7).clipQuantiles(0, 0.5).standardize(), c -> c.imputeMostFrequent());
  private static final List<UnaryOperator<ColumnSteps>> CATEGORIES = List.of(c -> c.codes(),
      c -> c.oneHot(), c -> c.codes().imputeMostFrequent(), c -> c.oneHot().imputeMostFrequent(),
      c -> c.codes().keepMostFrequent(2), c -> c.oneHot().keepMostFrequent(1).imputeMostFrequent());

  private static Tensors exact(byte[] model, Tensors inputs) throws InterruptedException {
    try (InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
        LoadedModel loaded = engine.load(ModelFiles.of(Map.of("model.onnx", model)))) {
      return loaded.run(inputs);
    }
  }

  /** Equal bits; of NaN there is one. */
  private static List<Long> bits(Tensor tensor) {
    List<Long> bits = new ArrayList<>();
    if (tensor.dataType() == DataType.FP32) {
      for (float value : tensor.toFloats()) {
        bits.add((long) Float.floatToIntBits(value));
      }
    } else {
      for (double value : tensor.toDoubles()) {
        bits.add(Double.doubleToLongBits(value));
      }
    }
    return bits;
  }

  private static Table whole(Table table) {
    // beyond 2^53 a whole number that may be missing is refused
    Table whole = table;
    for (Column column : table.columns()) {
      Table from = whole;
      if (column.field().type() == ColumnType.INT64 && column.field().optional()) {
        Column same = from.column(column.field().name());
        whole = from.select(IntStream.range(0, from.rows())
            .filter(
                row -> Math.abs(same.whole(row)) <= 1L << 53 && same.whole(row) != Long.MIN_VALUE)
            .toArray());
      }
    }
    return whole;
  }

  /**
   * ONNX Runtime's Java binding hands texts and names over in Java's modified UTF-8, in which characters beyond U+FFFF
   * are other bytes than in the graph.
   */
  private static boolean isPlain(Table table) {
    return table.columns()
        .stream()
        .allMatch(
            column -> isPlain(column.field().name()) && (column.field().type() != ColumnType.TEXT
                || IntStream.range(0, table.rows())
                    .allMatch(row -> isPlain(column.text(row)))));
  }

  private static boolean isPlain(String text) {
    return text.chars().noneMatch(c -> Character.isSurrogate((char) c));
  }

  private static Preparation random(SplittableRandom random, Table table) {
    Preparation.Builder builder = Preparation.builder(table.schema());
    if (random.nextBoolean()) {
      builder.fp64();
    }
    for (Field field : table.schema().fields()) {
      boolean category = field.type() == ColumnType.TEXT
          || field.type().isWhole() && random.nextBoolean();
      List<UnaryOperator<ColumnSteps>> some = category ? CATEGORIES : NUMBERS;
      UnaryOperator<ColumnSteps> steps = some.get(random.nextInt(some.size()));
      boolean indicated = field.optional() && random.nextBoolean();
      builder.column(field.name(),
          c -> indicated ? steps.apply(c).indicateMissing() : steps.apply(c));
    }
    return builder.fit(table);
  }

  @Test
  void agreesWithOnnxRuntimeAndTheExactEngine() throws OrtException, InterruptedException {
    SplittableRandom random = Seeds.random();
    int compared = 0;
    for (int i = 0; i < 150; i++) {
      TableSchema schema = RandomTables.schema(random, random.nextInt(1, 9));
      Table training = whole(RandomTables.table(random, schema, 40));
      Table others = whole(RandomTables.table(random, schema, 60));
      Preparation preparation;
      try {
        preparation = random(random, training);
      } catch (TableException e) {
        // numbers from the whole range of FP64 do not always have a mean
        assertThat(e).hasMessageContaining("too ");
        continue;
      }
      byte[] graph = OnnxWriter.write(preparation.graph());
      assertThat(OnnxReader.read(graph)).isEqualTo(preparation.graph());
      for (Table table : List.of(training, others, others.select(0))) {
        Tensor java = preparation.apply(table).read(0, table.rows()).get("features");
        Tensors inputs = preparation.inputs(table);
        List<Tensors> engines = new ArrayList<>();
        engines.add(exact(graph, inputs));
        if (isPlain(table)) {
          engines.add(OnnxRuntime.run(graph, inputs));
        }
        for (Tensors outputs : engines) {
          Tensor other = outputs.get("features");
          assertThat(other.shape()).isEqualTo(java.shape());
          assertThat(bits(other)).as(Seeds.seed() + ", table " + i + ":\n" + preparation)
              .isEqualTo(bits(java));
        }
      }
      compared++;
    }
    assertThat(compared).isGreaterThan(50);
  }

  @Test
  void saysInTheGraphWhatTheFeaturesAre() {
    TableSchema schema = TableSchema.of(Field.fp64("a\nb"), Field.text("t"));
    Table table = new TableBuilder(schema).addNumber(0, 2)
        .addText(1, "x")
        .build(RandomTables.NOWHERE);
    Map<String, String> metadata = Preparation.builder(schema)
        .texts(c -> c.oneHot())
        .fit(table)
        .graph()
        .metadata();
    assertThat(metadata).containsEntry("modelledger.features", "a\\nb\nt=x")
        .containsEntry("modelledger.preparation", "a\nb: x\nt: one-hot of [x]");
  }

  /** Where one of these changes, models that are trained again have other bytes. */
  @Test
  void isTheSameOnEveryJvm() {
    SplittableRandom random = new SplittableRandom(11);
    TableSchema schema = TableSchema.of(Field.fp64("a").orMissing(), Field.fp32("b"),
        Field.int64("c").orMissing(), Field.bool("d"), Field.text("e").orMissing());
    TableBuilder builder = new TableBuilder(schema);
    for (int row = 0; row < 500; row++) {
      builder.addNumber(0, random.nextInt(5) == 0 ? Double.NaN : random.nextDouble() * 1000)
          .addNumber(1, random.nextDouble())
          .addFlag(3, random.nextBoolean())
          .addText(4, random.nextInt(5) == 0 ? "" : "t" + random.nextInt(4));
      if (random.nextInt(5) == 0) {
        builder.addMissing(2);
      } else {
        builder.addWhole(2, random.nextInt(6));
      }
    }
    Table table = builder.build(RandomTables.NOWHERE);
    Preparation preparation = Preparation.builder(schema)
        .column("a", c -> c.clipQuantiles(0.05, 0.95).imputeMean().standardize().indicateMissing())
        .column("b", c -> c.minMax())
        .column("c", c -> c.codes())
        .column("e", c -> c.oneHot().imputeMostFrequent())
        .fit(table);
    assertThat(Digest.sha256(OnnxWriter.write(preparation.graph())).hex())
        .isEqualTo("122c56fd24515abfa7676ba9ec31b4c23cdd631dedf0111fe23c88b7b8810e23");
    assertThat(preparation.apply(table).read(0, 500).canonicalDigest().hex())
        .isEqualTo("9c9154f0602f52a06edba546511998df322f73dafd924b04262721b9717b1f79");
  }
}

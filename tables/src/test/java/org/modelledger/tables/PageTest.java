package org.modelledger.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.exact.ExactInferenceEngineProvider;
import org.modelledger.ml.exact.ExactTrainerProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** The code that docs/tables.md shows is compiled and run here, letter by letter. */
class PageTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  private static Path loans(Path directory) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    StringBuilder csv = new StringBuilder("customer,income,age,city,outcome\n");
    for (int row = 0; row < 400; row++) {
      boolean good = random.nextInt(4) > 0;
      csv.append("C").append(row / 2).append(',');
      csv.append(random.nextInt(9) == 0 ? "NA" : (good ? 3000 : 1000) + random.nextInt(900))
          .append(',');
      csv.append(random.nextInt(18, 90)).append(',');
      csv.append(random.nextInt(9) == 0 ? "" : good ? "Zürich" : "Rome").append(',');
      csv.append(good ? "good" : "bad").append('\n');
    }
    return Files.writeString(directory.resolve("loans.csv"), csv);
  }

  private static Tensors run(TrainedModel model, Tensors inputs) throws InterruptedException {
    try (InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
        LoadedModel loaded = engine.load(model.files())) {
      return loaded.run(inputs);
    }
  }

  private static List<String> classes(Path file, TableSchema schema, TrainingSpec spec)
      throws InterruptedException {
    // region tables
    Table table = Csv.read(file, schema, CsvOptions.defaults().missing("NA"));
    Split split = Split.of(table, SplitSpec.fractions(0.7, 0.15, 0.15)
        .seed(42)
        .stratifiedBy("outcome")
        .groupedBy("customer"));

    Preparation preparation = Preparation.builder(schema)
        .drop("customer")
        .numbers(steps -> steps.clipQuantiles(0.01, 0.99).imputeMedian().standardize())
        .texts(steps -> steps.oneHot())
        .classes("outcome")
        .fit(split.training());

    try (Trainer trainer = new ExactTrainerProvider().open(ProviderOptions.empty())) {
      TrainedModel trained = trainer.train(spec, preparation.apply(split.training()),
          Optional.of(preparation.apply(split.validation())), TrainingListener.NONE);
      TrainedModel model = preparation.attach(trained); // raw columns in, class out
      return run(model, preparation.inputs(split.test())).get("class").toStrings();
    }
    // endregion
  }

  @Test
  void runsWhatThePageShows() throws IOException, InterruptedException {
    Path file = loans(directory);
    // region schema
    TableSchema schema = TableSchema.of(Field.text("customer"), Field.fp64("income").orMissing(),
        Field.int64("age"), Field.text("city").orMissing(), Field.text("outcome"));
    String kept = Csv.infer(file, CsvOptions.defaults().missing("NA")).toString(); // "customer: TEXT\nincome: INT64?…"
    TableSchema again = TableSchema.parse(kept);
    // endregion
    assertThat(again)
        .hasToString("customer: TEXT\nincome: INT64?\nage: INT64\ncity: TEXT?\noutcome: TEXT");
    TrainingSpec spec = TrainingSpec.builder("softmax-regression").parameter("epochs", 20).build();
    for (TableSchema either : List.of(schema, again)) {
      List<String> classes = classes(file, either, spec);
      assertThat(classes).hasSizeBetween(55, 65);
      assertThat(classes).contains("good", "bad");
    }
  }

  @Test
  void showsWhatIsRun() throws IOException {
    for (String region : List.of("tables", "schema")) {
      assertThat(block("<!-- snippet: " + region + " -->\\R```java\\R(.*?)```",
          Path.of("../docs/tables.md")))
          .isEqualTo(block("// region " + region + "\\R(.*?)\\R *// endregion",
              Path.of("src/test/java/org/modelledger/tables/PageTest.java")));
    }
  }

  private static String block(String pattern, Path file) throws IOException {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(Files.readString(file));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1).stripIndent().strip();
  }
}

package org.modelledger.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnxruntime.OrtException;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.exact.ExactInferenceEngineProvider;
import org.modelledger.ml.exact.ExactTrainerProvider;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** Raw rows go into a model that was trained from prepared ones. */
class AttachTest {
  private static final TableSchema SCHEMA = TableSchema.of(Field.fp64("income").orMissing(),
      Field.int64("age"), Field.text("city").orMissing(), Field.text("outcome"));

  private static Table loans(int rows) {
    SplittableRandom random = new SplittableRandom(5);
    String[] cities = {"Rome", "Zürich", "Łódź"};
    TableBuilder builder = new TableBuilder(SCHEMA);
    for (int row = 0; row < rows; row++) {
      boolean good = random.nextInt(3) > 0;
      if (random.nextInt(10) == 0) {
        builder.addMissing(0);
      } else {
        builder.addNumber(0, (good ? 3000 : 2000) + random.nextInt(1000));
      }
      builder.addWhole(1, random.nextInt(18, 90))
          .addText(2, random.nextInt(10) == 0 ? "" : cities[random.nextInt(3)])
          .addText(3, good ? "good" : "bad");
    }
    return builder.build(RandomTables.NOWHERE);
  }

  private static Preparation.Builder steps() {
    return Preparation.builder(SCHEMA)
        .numbers(c -> c.imputeMedian().standardize())
        .texts(c -> c.oneHot())
        .classes("outcome");
  }

  private static TrainedModel train(Preparation preparation, Table table)
      throws InterruptedException {
    TrainingSpec spec = TrainingSpec.builder("softmax-regression").parameter("epochs", 5).build();
    try (Trainer trainer = new ExactTrainerProvider().open(ProviderOptions.empty())) {
      return trainer.train(spec, preparation.apply(table), TrainingListener.NONE);
    }
  }

  private static Tensors run(TrainedModel model, Tensors inputs) throws InterruptedException {
    try (InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
        LoadedModel loaded = engine.load(model.files())) {
      return loaded.run(inputs);
    }
  }

  @Test
  void theModelWithItsPreparationAnswersAsTheModelDoes() throws InterruptedException, OrtException {
    Table table = loans(300);
    Preparation preparation = steps().fit(table);
    TrainedModel trained = train(preparation, table);
    TrainedModel attached = preparation.attach(trained);

    OnnxModel graph = OnnxReader.read(attached.files().read("model.onnx"));
    assertThat(graph.inputs().stream().map(OnnxValue::name)).containsExactly("income", "age",
        "city");
    assertThat(graph.outputs().stream().map(OnnxValue::name)).containsExactly("scores", "label",
        "class");
    assertThat(graph.metadata()).containsKey("modelledger.features");
    assertThat(graph.producerName()).isEqualTo("modelledger-ml-exact");

    Table others = loans(100);
    Tensors prepared = run(trained,
        Tensors.of("features", preparation.apply(others).read(0, 100).get("features")));
    Tensors raw = run(attached, preparation.inputs(others));
    assertThat(raw.get("scores")).isEqualTo(prepared.get("scores"));
    assertThat(raw.get("label")).isEqualTo(prepared.get("label"));
    for (int row = 0; row < 100; row++) {
      assertThat(raw.get("class").toStrings().get(row))
          .isEqualTo(prepared.get("label").toLongs()[row] == 0 ? "bad" : "good");
    }
    Tensors theirs = OnnxRuntime.run(attached.files().read("model.onnx"),
        preparation.inputs(others));
    assertThat(theirs.get("label")).isEqualTo(raw.get("label"));
    assertThat(theirs.get("class")).isEqualTo(raw.get("class"));
  }

  @Test
  void theLineageTellsThePreparation() throws InterruptedException {
    Split split = Split.of(loans(300), SplitSpec.fractions(0.8, 0, 0.2).seed(3));
    Preparation preparation = steps().fit(split.training());
    TrainedModel trained = train(preparation, split.training());
    TrainedModel attached = preparation.attach(trained);

    LineageFacts facts = attached.facts();
    assertThat(facts.data()).isEqualTo(split.training().sources()).hasSize(2);
    assertThat(facts.environment()).containsAllEntriesOf(trained.facts().environment())
        .containsEntry("preparation.income", "impute median, standardize")
        .containsEntry("preparation.city", "one-hot, at most 1000 categories")
        .containsEntry("preparation.outcome", "classes [bad, good]")
        .containsEntry("preparation",
            Digest.sha256(OnnxWriter.write(preparation.graph())).toString());
    assertThat(facts.spec()).isEqualTo(trained.facts().spec());
    assertThat(attached.metrics()).isEqualTo(trained.metrics());
    // rows from elsewhere are named besides
    assertThat(steps().fit(loans(300)).attach(trained).facts().data())
        .isEqualTo(trained.facts().data());
    assertThat(steps().fit(split.test()).attach(trained).facts().data())
        .hasSize(3)
        .contains(split.test().sources().getLast());
  }

  @Test
  void givesTheSameBytesEachTime() throws InterruptedException {
    Table table = loans(100);
    TrainedModel trained = train(steps().fit(table), table);
    assertThat(steps().fit(table).attach(trained).files().read("model.onnx"))
        .isEqualTo(steps().fit(table).attach(trained).files().read("model.onnx"));
  }

  @Test
  void refusesAModelOfOtherFeatures() throws InterruptedException {
    Table table = loans(100);
    TrainedModel trained = train(steps().fit(table), table);
    Preparation narrower = steps().drop("age").fit(table);
    assertThatIllegalArgumentException().isThrownBy(() -> narrower.attach(trained))
        .withMessageContaining("does not fit the input 'features' FLOAT [N, 5]");
    Preparation wider = steps().fp64().fit(table);
    assertThatIllegalArgumentException().isThrownBy(() -> wider.attach(trained))
        .withMessageContaining("DOUBLE");
    Instant now = Instant.EPOCH;
    TrainedModel none = new TrainedModel(ModelFiles.of(Map.of("weights.bin", new byte[1])),
        new TreeMap<>(),
        LineageFacts.builder(new EngineInfo("other", "1", "cpu", 1), now, now).build());
    assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> narrower.attach(none))
        .withMessage("the model has the files [weights.bin]; expected one that ends in .onnx");
  }

  @Test
  void refusesAColumnThatIsCalledAsAnOutputIs() throws InterruptedException {
    TableSchema schema = TableSchema.of(Field.fp64("scores"), Field.int64("y"));
    TableBuilder builder = new TableBuilder(schema);
    for (int row = 0; row < 20; row++) {
      builder.addNumber(0, row).addWhole(1, row % 2);
    }
    Table table = builder.build(RandomTables.NOWHERE);
    Preparation preparation = Preparation.builder(schema).target("y").fit(table);
    TrainedModel trained = train(preparation, table);
    assertThatIllegalArgumentException().isThrownBy(() -> preparation.attach(trained))
        .withMessageContaining("[scores]");
  }
}

package org.modelledger.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.Fixture;
import org.modelledger.ModelLedger;
import org.modelledger.UntrustedModelException;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.lineage.LineageStatement;
import org.modelledger.registry.ModelVersion;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.tables.Csv;
import org.modelledger.tables.CsvOptions;
import org.modelledger.tables.Field;
import org.modelledger.tables.Preparation;
import org.modelledger.tables.Split;
import org.modelledger.tables.SplitSpec;
import org.modelledger.tables.Table;
import org.modelledger.tables.TableSchema;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;
import org.modelledger.verification.Retrained.Obstacle;

/** A registered version is trained again from its statement. */
class TrainingReplayTest {
  private static final ClassLoader LOADER = TrainingReplayTest.class.getClassLoader();
  private static final int ROWS = 60;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path dir;

  /** Two clouds of points; one row can be another. */
  private static Dataset clouds(int changedRow) {
    RandomGenerator random = new SplittableRandom(7);
    float[] features = new float[ROWS * 3];
    long[] labels = new long[ROWS];
    for (int row = 0; row < ROWS; row++) {
      labels[row] = row % 2;
      for (int i = 0; i < 3; i++) {
        features[3 * row + i] = (float) (labels[row] + random.nextGaussian());
      }
    }
    if (changedRow >= 0) {
      features[3 * changedRow] += 1;
    }
    return Dataset.of("clouds", Tensors.of("features", Tensor.of(features, ROWS, 3), "label",
        Tensor.of(labels, ROWS)));
  }

  private static TrainingSpec spec(String algorithm, long seed) {
    TrainingSpec.Builder spec = TrainingSpec.builder(algorithm).seed(seed);
    return (algorithm.equals("mlp")
        ? spec.parameter("hidden", "4").parameter("epochs", 2)
        : spec.parameter("objective", "logistic")
            .parameter("rounds", 3)
            .parameter("subsample", 0.5)
            .parameter("minSamplesLeaf", 5))
        .build();
  }

  private static Trainer trainer() {
    return Providers.openTrainer("exact", ProviderOptions.empty(), LOADER);
  }

  private static LineageStatement statement(String algorithm)
      throws InterruptedException {
    try (Trainer trainer = trainer()) {
      return statement(trainer.train(spec(algorithm, 1), clouds(-1), TrainingListener.NONE));
    }
  }

  private static LineageStatement statement(TrainedModel trained) throws InterruptedException {
    return new LineageStatement(ArtifactManifest.of(trained.files()), trained.facts(),
        trained.metrics());
  }

  private static LineageStatement with(LineageStatement statement, LineageFacts facts) {
    return new LineageStatement(statement.manifest(), facts, statement.metrics());
  }

  private static void isNotPossible(Retrained retrained, Obstacle obstacle, String... saying) {
    assertThat(retrained).isInstanceOfSatisfying(Retrained.NotPossible.class, not -> {
      assertThat(not.obstacle()).as(not.explanation()).isEqualTo(obstacle);
      assertThat(not.explanation()).contains(saying);
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "gradient-boosting"})
  void aRegisteredVersionIsTrainedAgainToTheLastBit(String algorithm) throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      TrainedModel trained = ledger.trainer("exact")
          .train(spec(algorithm, 1), clouds(-1), TrainingListener.NONE);
      ModelVersion version = ledger.register(Fixture.MODEL, trained);
      Retrained again = ledger.replayTraining(version, TrainingReplay.of(clouds(-1)));
      assertThat(again).isEqualTo(new Retrained.Same(version.artifact()));
      assertThat(again.explanation()).contains("the same files");
      isNotPossible(ledger.replayTraining(version, TrainingReplay.of(clouds(17))),
          Obstacle.OTHER_DATA, "clouds", "the statement names");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "gradient-boosting"})
  void anotherSeedInTheStatementMakesAnotherModel(String algorithm) throws Exception {
    LineageStatement said = statement(algorithm);
    LineageStatement lie = with(said,
        said.facts().toBuilder().spec(spec(algorithm, 2)).build());
    assertThat(TrainingReplay.of(clouds(-1)).run(lie, LOADER)).isInstanceOfSatisfying(
        Retrained.OtherModel.class, other -> {
          assertThat(other.registered()).isEqualTo(said.artifact());
          assertThat(other.found()).isNotEqualTo(said.artifact());
          assertThat(other.differences()).singleElement()
              .asString()
              .contains(said.manifest().files().getFirst().name());
          assertThat(other.explanation()).contains(other.found().toString());
        });
  }

  @Test
  void anotherVersionOfTheTrainerIsNotAskedAtAll() throws Exception {
    LineageStatement said = statement("mlp");
    LineageFacts facts = said.facts();
    EngineInfo older = new EngineInfo("exact", "0.0.1", facts.trainer().device(), 1);
    LineageFacts changed = LineageFacts.builder(older, facts.started(), facts.finished())
        .spec(facts.spec().orElseThrow())
        .data(facts.data())
        .build();
    isNotPossible(TrainingReplay.of(clouds(-1)).run(with(said, changed), LOADER),
        Obstacle.OTHER_VERSION, "it was trained by exact 0.0.1, here is exact");
    EngineInfo foreign = new EngineInfo("abacus", "1", "cpu", 1);
    LineageFacts elsewhere = LineageFacts.builder(foreign, facts.started(), facts.finished())
        .spec(facts.spec().orElseThrow())
        .data(facts.data())
        .build();
    isNotPossible(TrainingReplay.of(clouds(-1)).run(with(said, elsewhere), LOADER),
        Obstacle.NO_TRAINER, "abacus", "exact");
  }

  @Test
  void aStatementWithoutASpecificationCannotBeRepeated() throws Exception {
    LineageStatement said = statement("mlp");
    LineageFacts facts = said.facts();
    LineageFacts bare = LineageFacts.builder(facts.trainer(), facts.started(), facts.finished())
        .data(facts.data())
        .build();
    isNotPossible(TrainingReplay.of(clouds(-1)).run(with(said, bare), LOADER),
        Obstacle.NO_SPECIFICATION, "does not say what was asked of exact");
  }

  @Test
  void aSpecificationThatTheTrainerRefusesIsAnAnswer() throws Exception {
    LineageStatement said = statement("mlp");
    LineageStatement odd = with(said, said.facts()
        .toBuilder()
        .spec(TrainingSpec.builder("mlp").parameter("colour", "blue").build())
        .build());
    isNotPossible(TrainingReplay.of(clouds(-1)).run(odd, LOADER), Obstacle.REFUSED, "colour");
  }

  /** The exact trainer, which promises something else. */
  private record Promising(Trainer trainer, Determinism determinism) implements Trainer {
    @Override
    public EngineInfo info() {
      return trainer.info();
    }

    @Override
    public TrainedModel train(TrainingSpec spec, Dataset training, Optional<Dataset> validation,
        TrainingListener listener) throws InterruptedException {
      return trainer.train(spec, training, validation, listener);
    }

    @Override
    public void close() {
      trainer.close();
    }
  }

  @Test
  void onlyWhatIsPromisedIsHeldAgainstATrainer() throws Exception {
    LineageStatement said = statement("gradient-boosting");
    TrainingReplay replay = TrainingReplay.of(clouds(-1));
    try (Trainer exact = trainer()) {
      isNotPossible(replay.run(said, new Promising(exact, Determinism.NONE)),
          Obstacle.NOT_PROMISED, "nothing about repetitions");
      isNotPossible(replay.run(said, new Promising(exact, Determinism.tolerance(0.1))),
          Obstacle.NOT_PROMISED, "tolerance:0.1");
      Trainer probed = new Promising(exact, Determinism.PROBED);
      assertThat(replay.run(said, probed)).as("the same machine")
          .isEqualTo(new Retrained.Same(said.artifact()));
      SortedMap<String, String> elsewhere = LineageFacts.thisJvm();
      elsewhere.put("os.arch", "abacus");
      isNotPossible(replay.run(with(said,
          said.facts().toBuilder().environment(elsewhere).build()), probed),
          Obstacle.NOT_PROMISED, "abacus");
    }
  }

  private static final TableSchema LOANS = TableSchema.of(Field.fp64("income").orMissing(),
      Field.text("city"), Field.text("outcome"));

  private static Path loans(Path file, double firstIncome) throws IOException {
    RandomGenerator random = new SplittableRandom(5);
    StringBuilder csv = new StringBuilder("income,city,outcome\n");
    for (int row = 0; row < 80; row++) {
      double income = row == 0 ? firstIncome : random.nextInt(9_000);
      csv.append(row % 11 == 5 ? "" : Double.toString(income))
          .append(row % 3 == 0 ? ",Ulm," : ",Bonn,")
          .append(income > 4_000 ? "paid\n" : "lost\n");
    }
    return Files.writeString(file, csv);
  }

  /** What somebody has who wants to repeat a training on a table: the file, and how it was treated. */
  private record Treated(Split split, Preparation preparation) {
    static Treated of(Path file) {
      Table table = Csv.read(file, LOANS, CsvOptions.defaults());
      Split split = Split.of(table, SplitSpec.fractions(0.6, 0.2, 0.2).seed(3));
      return new Treated(split, Preparation.builder(LOANS)
          .numbers(steps -> steps.imputeMedian().standardize())
          .texts(steps -> steps.oneHot())
          .classes("outcome")
          .fit(split.training()));
    }

    Dataset training() {
      return preparation.apply(split.training());
    }

    Dataset validation() {
      return preparation.apply(split.validation());
    }

    TrainingReplay replay() {
      return TrainingReplay.of(training()).validation(validation()).finishedBy(preparation::attach);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "gradient-boosting"})
  void aTableWithItsPreparationIsTrainedAgain(String algorithm) throws Exception {
    Path file = loans(dir.resolve("loans.csv"), 1_000);
    Treated then = Treated.of(file);
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      TrainedModel trained = then.preparation()
          .attach(ledger.trainer("exact")
              .train(spec(algorithm, 9), then.training(), Optional.of(then.validation()),
                  TrainingListener.NONE));
      ModelVersion version = ledger.register("acme/loans", trained);

      Treated now = Treated.of(Files.copy(file, dir.resolve("copy.csv")));
      assertThat(ledger.replayTraining(version, now.replay()))
          .as("a copy of the file has another name and the same digest")
          .isEqualTo(new Retrained.Same(version.artifact()));
      assertThat(ledger.replayTraining(version, TrainingReplay.of(now.training())
          .validation(now.validation()))).as("the preparation is a part of the model")
          .isInstanceOf(Retrained.OtherModel.class);
      isNotPossible(ledger.replayTraining(version, TrainingReplay.of(now.training())
          .finishedBy(now.preparation()::attach)), Obstacle.OTHER_DATA, "loans.csv");
      isNotPossible(ledger.replayTraining(version, TrainingReplay.of(now.validation())
          .validation(now.training())
          .finishedBy(now.preparation()::attach)), Obstacle.OTHER_DATA, "loans.csv");
      isNotPossible(ledger.replayTraining(version,
          Treated.of(loans(dir.resolve("changed.csv"), 1_001)).replay()), Obstacle.OTHER_DATA,
          "loans.csv", "changed.csv");
    }
  }

  @Test
  void aStatementByAStrangerIsNotBelieved() throws Exception {
    ModelVersion version;
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      version = Fixture.registered(ledger);
    }
    Files.delete(dir.resolve("ledger-home/keys/model-signing.pem"));
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      assertThatThrownBy(
          () -> ledger.replayTraining(version, TrainingReplay.of(Fixture.points())))
          .isInstanceOf(UntrustedModelException.class);
    }
  }
}

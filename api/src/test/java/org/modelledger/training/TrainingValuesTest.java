package org.modelledger.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.DataType;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.StorageException;

class TrainingValuesTest {
  private static final EngineInfo TRAINER = new EngineInfo("exact", "1", "cpu", 1);
  private static final Tensors COLUMNS = Tensors.of("x",
      Tensor.of(new float[]{0, 1, 2, 3, 4, 5, 6, 7}, 4, 2), "y",
      Tensor.of(new long[]{0, 1, 2, 3}, 4));

  @Test
  void datasetsTellTheirColumnsAndSources() {
    Dataset data = Dataset.of("numbers", COLUMNS);

    assertThat(data.rows()).isEqualTo(4);
    assertThat(data.columns()).containsExactly(new TensorSpec("x", DataType.FP32, Shape.of(2)),
        new TensorSpec("y", DataType.INT64, Shape.of()));
    assertThat(data.sources())
        .containsExactly(new DataSource("numbers", COLUMNS.canonicalDigest()));
    DataSource file = new DataSource("digits.csv", Digest.sha256(new byte[0]));
    assertThat(Dataset.of(List.of(file), COLUMNS).sources()).containsExactly(file);
  }

  @Test
  void aFileIsASourceByItsNameAndItsBytes(@TempDir Path directory) throws IOException {
    byte[] bytes = new byte[200_000];
    Arrays.fill(bytes, (byte) 7);
    Path file = Files.write(directory.resolve("digits.csv"), bytes);
    assertThat(DataSource.of(file)).isEqualTo(new DataSource("digits.csv", Digest.sha256(bytes)));

    Path none = directory.resolve("none.csv");
    assertThatExceptionOfType(StorageException.class).isThrownBy(() -> DataSource.of(none))
        .withMessageContaining(none.toString());
  }

  @Test
  void datasetsReadAnyRows() {
    Dataset data = Dataset.of("numbers", COLUMNS);

    Tensors two = data.read(1, 2);

    assertThat(two.get("x")).isEqualTo(Tensor.of(new float[]{2, 3, 4, 5}, 2, 2));
    assertThat(two.get("y")).isEqualTo(Tensor.of(new long[]{1, 2}, 2));
    assertThat(data.read(0, 4)).isEqualTo(COLUMNS);
    assertThat(data.read(3, 1).get("y")).isEqualTo(Tensor.of(new long[]{3}, 1));
  }

  @ParameterizedTest
  @CsvSource({"0,0", "0,-1", "-1,1", "4,1", "0,5", "3,2", "9223372036854775807,1",
      "9223372036854775807,2147483647"})
  void datasetsHaveNoOtherRows(long from, int count) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Dataset.of("numbers", COLUMNS).read(from, count));
  }

  @Test
  void datasetsMayHaveNoRows() {
    Dataset data = Dataset.of("nothing", Tensors.of("x", Tensor.of(new float[0], 0, 3)));

    assertThat(data.rows()).isZero();
    assertThat(data.columns()).extracting(TensorSpec::shape).containsExactly(Shape.of(3));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> data.read(0, 1));
  }

  @Test
  void datasetsRefuseWhatHasNoRows() {
    assertThatIllegalArgumentException().isThrownBy(() -> Dataset.of("none", Tensors.of(Map.of())))
        .withMessageContaining("column");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("scalar", Tensors.of("x", Tensor.of(new float[1]))))
        .withMessageContaining("'x'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("text", Tensors.of("x", Tensor.ofStrings(List.of("a"), 1))))
        .withMessageContaining("BYTES");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("uneven",
            Tensors.of("x", Tensor.of(new float[2], 2), "y", Tensor.of(new float[3], 3))))
        .withMessageContaining("'y'")
        .withMessageContaining("3")
        .withMessageContaining("2");
    assertThatIllegalArgumentException().isThrownBy(() -> Dataset.of(List.of(), COLUMNS))
        .withMessageContaining("source");
  }

  @Test
  void specificationsAreImmutableAndEqualByContent() {
    TrainingSpec.Builder builder = TrainingSpec.builder("mlp")
        .seed(3)
        .parameter("epochs", 5)
        .parameter("rate", 0.5)
        .parameter("rate", 0.25);
    TrainingSpec spec = builder.build();
    builder.parameter("epochs", 6);

    assertThat(spec.parameters()).isEqualTo(Map.of("epochs", "5", "rate", "0.25"));
    assertThat(spec.features()).isEqualTo("features");
    assertThat(spec.target()).isEqualTo("label");
    assertThat(spec).isEqualTo(TrainingSpec.builder("mlp")
        .seed(3)
        .parameter("rate", "0.25")
        .parameter("epochs", "5")
        .build());
    assertThat(spec).isNotEqualTo(builder.build());
    assertThat(spec.toString()).contains("mlp", "seed 3", "epochs=5");
  }

  @Test
  void factsAreBuiltAndBuiltUpon() {
    LineageFacts facts = LineageFacts.builder(TRAINER, Instant.EPOCH, Instant.EPOCH)
        .spec(TrainingSpec.builder("mlp").build())
        .data(List.of(new DataSource("a", Digest.sha256(new byte[0]))))
        .parents(List.of(Digest.sha256(new byte[1])))
        .environment(new TreeMap<>(Map.of("java.version", "25")))
        .sourceRevision("abc")
        .build();

    assertThat(facts.toBuilder().build()).isEqualTo(facts).hasSameHashCodeAs(facts);
    assertThat(facts.toBuilder().sourceRevision("abd").build()).isNotEqualTo(facts);
    assertThat(facts.sourceRevision()).contains("abc");
    LineageFacts few = LineageFacts.builder(TRAINER, Instant.EPOCH, Instant.MAX).build();
    assertThat(few.spec()).isEmpty();
    assertThat(few.data()).isEmpty();
    assertThat(few.sourceRevision()).isEmpty();
    assertThat(few.toBuilder().build()).isEqualTo(few);
  }

  @Test
  void trainingsEndAfterTheyBegan() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LineageFacts.builder(TRAINER, Instant.EPOCH.plusNanos(1), Instant.EPOCH));
  }

  @Test
  void mapsKeepTheNaturalOrderWhateverTheCallersWas() {
    TreeMap<String, Double> metrics = new TreeMap<>(Comparator.reverseOrder());
    metrics.putAll(Map.of("a", 1.0, "b", 2.0));
    TreeMap<String, String> environment = new TreeMap<>(Comparator.reverseOrder());
    environment.putAll(Map.of("a", "1", "b", "2"));

    LineageFacts facts = LineageFacts.builder(TRAINER, Instant.EPOCH, Instant.EPOCH)
        .environment(environment)
        .build();
    TrainedModel trained = new TrainedModel(ModelFiles.of(Map.of("m", new byte[1])), metrics,
        facts);
    metrics.clear();
    environment.clear();

    assertThat(trained.metrics().keySet()).containsExactly("a", "b");
    assertThat(facts.environment().keySet()).containsExactly("a", "b");
    assertThat(facts.toBuilder().build().environment().keySet()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void metricsAreFinite(double value) {
    LineageFacts facts = LineageFacts.builder(TRAINER, Instant.EPOCH, Instant.EPOCH).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainedModel(ModelFiles.of(Map.of("m", new byte[1])),
            new TreeMap<>(Map.of("train.loss", value)), facts))
        .withMessageContaining("'train.loss'")
        .withMessageContaining(Double.toString(value));
  }

  @Test
  void reportsAreCopies() {
    Map<String, Double> metrics = new HashMap<>(Map.of("train.loss", 1.0));
    TrainingListener.EpochReport report = new TrainingListener.EpochReport(1, 2, metrics);

    metrics.clear();

    assertThat(report.metrics()).containsEntry("train.loss", 1.0);
  }
}

package org.modelledger.pack;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.modelledger.AttestedModel;
import org.modelledger.ModelLedger;
import org.modelledger.evidence.Retention;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.lineage.DatasetStatement;
import org.modelledger.lineage.EvaluationStatement;
import org.modelledger.model.Digest;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** A ledger with a model that was described, evaluated, approved and deployed, and has run. */
final class PackedLedger {
  static final String MODEL = "acme/points";
  static final Duration LONG = Duration.ofMinutes(2);
  private static final Instant TIME = Instant.parse("2026-11-27T10:00:00Z");

  private PackedLedger() {}

  static ModelLedger open(Path dir) {
    return ModelLedger.builder("local:" + dir.resolve("ledger")).retention(Retention.FULL).open();
  }

  /** Opens a ledger and lets a model run so many times. Nothing is anchored yet. */
  static ModelLedger with(Path dir, int inferences) throws InterruptedException {
    ModelLedger ledger = open(dir);
    ModelVersion version = deployed(ledger);
    infer(ledger, version, inferences);
    return ledger;
  }

  static ModelVersion deployed(ModelLedger ledger) throws InterruptedException {
    TrainedModel trained = ledger.trainer("exact")
        .train(TrainingSpec.builder("softmax-regression").seed(1).parameter("epochs", 3).build(),
            points(), TrainingListener.NONE);
    DatasetStatement.Builder dataset = DatasetStatement.builder("points on two sides", TIME)
        .rows(40);
    trained.facts().data().stream().distinct().forEach(dataset::file);
    var unused = ledger.lineage().describe(dataset.build());
    NavigableMap<String, Double> metrics = new TreeMap<>(trained.metrics());
    for (int epoch = 1; epoch <= 3; epoch++) {
      metrics.put("epoch:" + epoch + ":train.loss", 0.7 / epoch);
      metrics.put("epoch:" + epoch + ":validation.loss", 0.75 / epoch + 0.05);
    }
    ModelVersion version = ledger.register(MODEL, trained.files(), metrics, trained.facts());
    unused = ledger.lineage()
        .record(EvaluationStatement.builder(version, "held-out points 1.0", TIME)
            .data(new DataSource("held-out", Digest.sha256(new byte[]{7})))
            .atLeast("accuracy", 0.95, 0.9)
            .metric("confusion:below:below", 18)
            .metric("confusion:below:above", 1)
            .metric("confusion:above:above", 20)
            .metric("confusion:above:below", 1)
            .build());
    unused = ledger.lineage().approve(version, "production", "good <enough> & checked");
    var unusedAnchor = ledger.lineage().anchor();
    var unusedEvent = ledger.deploy(version, "production");
    return version;
  }

  static void infer(ModelLedger ledger, ModelVersion version, int inferences)
      throws InterruptedException {
    try (AttestedModel model = ledger.load(version.id())) {
      for (int i = 0; i < inferences; i++) {
        var receipt = model.infer(input(i % 5, -(i % 3)), Map.of("case", "dossier " + i)).receipt();
        if (i == inferences - 1) {
          var unused = receipt.await(LONG);
        }
      }
    }
    var unused = ledger.receipts().publish();
  }

  static Tensors input(float x, float y) {
    return Tensors.of("features", Tensor.of(new float[]{x, y}, 1, 2));
  }

  private static Dataset points() {
    int rows = 40;
    float[] features = new float[rows * 2];
    long[] labels = new long[rows];
    for (int i = 0; i < rows; i++) {
      features[2 * i] = (i % 7) - 3;
      features[2 * i + 1] = (i % 5) - 2;
      labels[i] = features[2 * i] + features[2 * i + 1] > 0 ? 1 : 0;
    }
    return Dataset.of("points", Tensors.of("features", Tensor.of(features, rows, 2), "label",
        Tensor.of(labels, rows)));
  }
}

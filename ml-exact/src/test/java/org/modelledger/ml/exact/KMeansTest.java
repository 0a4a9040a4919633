package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class KMeansTest {
  private final Trainer trainer = ExactTrainerProvider.open(2, InstantSource.fixed(Instant.EPOCH));

  @AfterEach
  void close() {
    trainer.close();
  }

  private static KMeansSpec spec(int clusters) {
    return new KMeansSpec("x").clusters(clusters).seed(3);
  }

  private TrainedModel train(KMeansSpec spec, Dataset data) throws InterruptedException {
    return trainer.train(spec.toTrainingSpec(), data, TrainingListener.NONE);
  }

  private static Dataset table(double[] flat, int width) {
    return Dataset.of("table", Tensors.of("x", Tensor.of(flat, flat.length / width, width)));
  }

  private static Tensors run(TrainedModel model, Dataset data) throws InterruptedException {
    try (LoadedModel loaded = OnnxGraphs.load(model.files().read("model.onnx"))) {
      return loaded.run(Tensors.of("x", data.read(0, (int) data.rows()).get("x")));
    }
  }

  private static double[] centres(TrainedModel model) {
    return Objects.requireNonNull(OnnxReader.read(model.files().read("model.onnx"))
        .initializers()
        .get("net/centres")).toDoubles();
  }

  @Test
  void theObjectiveNeverRisesWithinAStart() throws InterruptedException {
    for (long seed = 0; seed < 10; seed++) {
      List<Double> losses = new ArrayList<>();
      TrainedModel trained = trainer.train(spec(7).seed(seed).toTrainingSpec(),
          Golden.clusters(700, 4, 5, seed, true), new TrainingListener() {
            @Override
            public void onBatch(BatchReport report) {
              losses.add(report.loss());
            }
          });
      for (int i = 1; i < losses.size(); i++) {
        assertThat(losses.get(i)).as("seed %s, iteration %s", seed, i)
            .isLessThanOrEqualTo(losses.get(i - 1) * (1 + 1e-14));
      }
      assertThat(losses).hasSizeGreaterThan(2);
      assertThat(trained.metrics()).containsEntry("converged", 1.0)
          .containsEntry("iterations", (double) losses.size())
          .containsEntry("train.loss", losses.getLast());
    }
  }

  @Test
  void everyCentreIsTheMeanOfTheRowsThatAreNearestToIt() throws InterruptedException {
    Dataset data = Golden.clusters(500, 3, 4, 2, true);
    TrainedModel trained = train(spec(5), data);
    double[] centres = centres(trained);
    double[] x = data.read(0, 500).get("x").toDoubles();
    Tensors outputs = run(trained, data);
    long[] clusters = outputs.get("cluster").toLongs();
    double[] distances = outputs.get("distances").toDoubles();
    double[] sums = new double[15];
    int[] counts = new int[5];
    double inertia = 0;
    for (int r = 0; r < 500; r++) {
      int nearest = 0;
      for (int k = 0; k < 5; k++) {
        double square = 0;
        for (int j = 0; j < 3; j++) {
          double difference = x[r * 3 + j] - centres[k * 3 + j];
          square += difference * difference;
        }
        assertThat(distances[r * 5 + k]).isCloseTo(Math.sqrt(square), within(1e-12));
        nearest = distances[r * 5 + k] < distances[r * 5 + nearest] ? k : nearest;
      }
      assertThat(clusters[r]).isEqualTo(nearest);
      inertia += distances[r * 5 + nearest] * distances[r * 5 + nearest];
      counts[nearest]++;
      for (int j = 0; j < 3; j++) {
        sums[nearest * 3 + j] += x[r * 3 + j];
      }
    }
    for (int i = 0; i < 15; i++) {
      assertThat(centres[i]).isCloseTo(sums[i] / counts[i / 3], within(1e-12));
    }
    assertThat(trained.metrics().get("inertia")).isCloseTo(inertia, within(1e-9));
    assertThat(trained.metrics().get("train.loss")).isCloseTo(inertia / 500, within(1e-12));
  }

  @Test
  void equalDistancesGoToTheLowerNumber() throws InterruptedException {
    TrainedModel trained = train(spec(2), table(new double[]{-1, -1, 1, 1}, 1));
    assertThat(run(trained, table(new double[]{0}, 1)).get("cluster").toLongs()).containsExactly(0);
  }

  @Test
  void moreStartsAreNeverWorse() throws InterruptedException {
    Dataset data = Golden.clusters(400, 2, 9, 1, true);
    double before = Double.POSITIVE_INFINITY;
    for (int restarts : new int[]{1, 2, 5, 20}) {
      double inertia = Objects
          .requireNonNull(train(spec(9).restarts(restarts), data).metrics().get("inertia"));
      assertThat(inertia).isLessThanOrEqualTo(before);
      before = inertia;
    }
  }

  @Test
  void noClusterStaysEmptyWhileThereAreRowsToMove() throws InterruptedException {
    // one heap and a few far away: centres drawn in the heap lose their rows
    double[] flat = new double[60];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = i < 55 ? 0.001 * i : 1000 * i;
    }
    for (long seed = 0; seed < 20; seed++) {
      Dataset data = table(flat, 1);
      long[] clusters = run(train(spec(8).seed(seed), data), data).get("cluster").toLongs();
      assertThat(LongStream.of(clusters).distinct().count()).as("seed %s", seed).isEqualTo(8);
    }
  }

  @Test
  void fewerDifferentRowsThanClustersLeaveSomeEmpty() throws InterruptedException {
    Dataset data = table(new double[]{1, 1, 1, 5, 5, 5}, 1);
    TrainedModel trained = train(spec(4), data);
    assertThat(trained.metrics()).containsEntry("converged", 1.0).containsEntry("inertia", 0.0);
    assertThat(LongStream.of(run(trained, data).get("cluster").toLongs()).distinct().count())
        .isEqualTo(2);
  }

  @Test
  void oneClusterIsTheMean() throws InterruptedException {
    TrainedModel trained = train(spec(1), table(new double[]{1, 2, 3, 6}, 2));
    assertThat(centres(trained)).containsExactly(2, 4);
  }

  @Test
  void anotherSeedMayFindOthers() throws InterruptedException {
    Dataset data = Golden.clusters(400, 2, 9, 1, true);
    assertThat(train(spec(9).seed(1), data).files().read("model.onnx"))
        .isNotEqualTo(train(spec(9).seed(2), data).files().read("model.onnx"));
  }

  @Test
  void standardizedFeaturesMayHaveAnyUnit() throws InterruptedException {
    Dataset data = Golden.clusters(300, 2, 4, 1, true);
    double[] flat = data.read(0, 300).get("x").toDoubles();
    for (int i = 0; i < flat.length; i += 2) {
      flat[i] *= 0x1p11;
    }
    Dataset other = table(flat, 2);
    assertThat(run(train(spec(4).standardize(), other), other))
        .isEqualTo(run(train(spec(4).standardize(), data), data));
    assertThat(run(train(spec(4), other), other).get("distances"))
        .isNotEqualTo(run(train(spec(4), data), data).get("distances"));
  }

  @Test
  void saysSoWhereItDidNotConverge() throws InterruptedException {
    TrainedModel trained = train(spec(9).maxIterations(1), Golden.clusters(400, 2, 9, 1, true));
    assertThat(trained.metrics()).containsEntry("converged", 0.0)
        .containsEntry("iterations", 1.0)
        .containsEntry("warning.notConverged", 1.0);
  }

  @Test
  void measuresByAValidationSet() throws InterruptedException {
    Dataset data = Golden.clusters(300, 4, 3, 1, false);
    TrainedModel trained = trainer.train(spec(3).toTrainingSpec(), data, Optional.of(data),
        TrainingListener.NONE);
    assertThat(trained.metrics()).containsOnlyKeys("train.loss", "validation.loss", "inertia",
        "iterations", "converged");
    assertThat(trained.metrics().get("validation.loss"))
        .isEqualTo(trained.metrics().get("train.loss"));
    try (LoadedModel loaded = OnnxGraphs.load(trained.files().read("model.onnx"))) {
      assertThat(loaded.inputs()).hasToString("[x: FP32 [?, 4]]");
      assertThat(loaded.outputs()).hasToString("[cluster: INT64 [?], distances: FP32 [?, 3]]");
    }
  }

  @Test
  void theTypedSpecificationSaysTheSame() {
    TrainingSpec typed = spec(5).restarts(4).maxIterations(9).standardize().toTrainingSpec();
    assertThat(typed.algorithm()).isEqualTo("k-means");
    assertThat(typed.seed()).isEqualTo(3);
    assertThat(KMeansSettings.of(typed)).isEqualTo(new KMeansSettings(5, 4, 9, true));
    assertThat(KMeansSettings.of(new KMeansSpec("x").toTrainingSpec()))
        .isEqualTo(new KMeansSettings(8, 1, 300, false));
  }

  @Test
  void refusesWhatDoesNotFit() {
    for (String name : List.of("cluster", "distances", "net/x")) {
      assertThatThrownBy(() -> train(new KMeansSpec(name), table(new double[]{1, 2}, 1)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContainingAll("'" + name + "'", "'cluster'");
    }
    assertThatThrownBy(() -> train(spec(3), table(new double[]{1, 2}, 1)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("2 rows", "clusters, 3");
    assertThatThrownBy(() -> train(spec(1), table(new double[]{1, Double.NaN}, 1)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("'x'", "row 1", "NaN");
    for (String parameter : Arrays.asList("clusters", "restarts", "maxIterations", "tolerance")) {
      assertThatThrownBy(() -> trainer.train(
          TrainingSpec.builder("k-means").features("x").parameter(parameter, 0).build(),
          table(new double[]{1, 2}, 1), TrainingListener.NONE))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("'" + parameter + "'");
    }
  }
}

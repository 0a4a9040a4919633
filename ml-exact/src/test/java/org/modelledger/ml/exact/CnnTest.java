package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** The algorithm {@code cnn}, as one who uses it sees it. */
class CnnTest {
  private final Trainer trainer = ExactTrainerProvider.open(2, InstantSource.fixed(Instant.EPOCH));

  @AfterEach
  void close() {
    trainer.close();
  }

  private static CnnSpec small() {
    return new CnnSpec("x", "y").image(1, 3, 4).filters(2).hidden(3).epochs(2);
  }

  /** The same numbers as rows of another shape. */
  private static Dataset clusters(int rows, long... shape) {
    Tensors columns = Golden.clusters(rows, 12, 3, 2, false).read(0, rows);
    long[] lengths = new long[shape.length + 1];
    lengths[0] = rows;
    System.arraycopy(shape, 0, lengths, 1, shape.length);
    return Dataset.of("clusters",
        Tensors.of("x", Tensor.of(columns.get("x").toFloats(), lengths), "y", columns.get("y")));
  }

  private TrainedModel train(CnnSpec spec, Dataset data) throws InterruptedException {
    return trainer.train(spec.toTrainingSpec(), data, TrainingListener.NONE);
  }

  @Test
  void readsAHeldOutFifthOfTheDigits() throws IOException, InterruptedException {
    Digits heldOut = Digits.read(true);
    TrainingSpec spec = new CnnSpec("pixels", "digit").image(1, 8, 8)
        .filters(8, 16)
        .hidden(32)
        .epochs(12)
        .adam(0.004)
        .learningRateDecay(0.85)
        .inputScale(1.0 / 16)
        .seed(42)
        .toTrainingSpec();
    TrainedModel model = trainer.train(spec, Digits.read(false).dataset(),
        Optional.of(heldOut.dataset()), TrainingListener.NONE);
    assertThat(model.metrics().get("validation.accuracy")).isGreaterThanOrEqualTo(0.97);
    try (LoadedModel loaded = OnnxGraphs.load(model.files().read("model.onnx"))) {
      long[] labels = loaded
          .run(Tensors.of("pixels", Tensor.of(heldOut.flat(), heldOut.rows(), 64)))
          .get("label")
          .toLongs();
      int right = 0;
      for (int r = 0; r < labels.length; r++) {
        right += labels[r] == heldOut.labels().get(r) ? 1 : 0;
      }
      assertThat((double) right / labels.length)
          .isEqualTo(model.metrics().get("validation.accuracy"));
    }
  }

  @Test
  void savesOneGraphWithTheNormalizationFoldedIn() throws InterruptedException {
    TrainedModel model = train(small().filters(2, 3).standardize(), clusters(40, 12));
    assertThat(OnnxReader.read(model.files().read("model.onnx")).nodes())
        .extracting(OnnxNode::operator)
        .containsExactly("Sub", "Div", "Reshape", "Conv", "Relu", "MaxPool", "Conv", "Relu",
            "Flatten", "Gemm", "Relu", "Gemm", "Softmax", "ArgMax");
  }

  @Test
  void theShapeOfRowsSaysWhatTheImageIs() throws InterruptedException {
    CnnSpec spec = new CnnSpec("x", "y").filters(2).hidden().epochs(1).inputScale(0.5);
    TrainedModel planes = train(spec, clusters(40, 1, 3, 4));
    TrainedModel rows = train(spec, clusters(40, 3, 4));
    TrainedModel flat = train(spec.image(1, 3, 4), clusters(40, 12));
    assertThat(rows.metrics()).isEqualTo(planes.metrics()).isEqualTo(flat.metrics());
    try (LoadedModel model = OnnxGraphs.load(rows.files().read("model.onnx"));
        LoadedModel other = OnnxGraphs.load(flat.files().read("model.onnx"))) {
      assertThat(model.inputs()).hasToString("[x: FP32 [?, 3, 4]]");
      assertThat(model.run(Tensors.of("x", clusters(40, 3, 4).read(0, 40).get("x"))))
          .isEqualTo(other.run(Tensors.of("x", clusters(40, 12).read(0, 40).get("x"))));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsWhatWasBest(boolean float64) throws InterruptedException {
    CnnSpec spec = small().epochs(30)
        .adam(0.5)
        .patience(2)
        .validationFraction(0.3)
        .tanh();
    Dataset data = Golden.clusters(60, 12, 3, 2, float64);
    double[] lowest = {Double.POSITIVE_INFINITY};
    TrainedModel model = trainer.train((float64 ? spec.float64() : spec.float32()).toTrainingSpec(),
        data, new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            lowest[0] = Math.min(lowest[0],
                Objects.requireNonNull(report.metrics().get("validation.loss")));
          }
        });
    assertThat(model.metrics().get("epochs")).isLessThan(30);
    assertThat(model.metrics().get("validation.loss")).isEqualTo(lowest[0]);
  }

  @Test
  void refusesWhatIsNoImage() {
    refuses(small().image(1, 3, 5), "image", "12 numbers");
    refuses(new CnnSpec("x", "y"), "[12]", "channels, height and width");
    refuses(small().kernel(2), "'kernel'", "odd");
    refuses(small().kernel(17), "'kernel'", "1 to 15");
    refuses(small().filters(), "'filters'", "1 to 64 numbers");
    refuses(small().filters(0), "'filters'", "from 1");
    assertThatThrownBy(() -> trainer.train(
        TrainingSpec.builder("cnn").features("x").target("y").parameter("image", "3,4").build(),
        clusters(10, 12), TrainingListener.NONE)).isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'image'", "'3,4'", "1,8,8");
    assertThatThrownBy(() -> train(new CnnSpec("x", "y"), clusters(10, 1, 1, 3, 4)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("[1, 1, 3, 4]", "one dimension");
  }

  private void refuses(CnnSpec spec, String... parts) {
    assertThatThrownBy(() -> train(spec, clusters(10, 12)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void aConstantImageIsLearnedFrom() throws InterruptedException {
    Dataset data = Dataset.of("constant",
        Tensors.of("x", Tensor.of(new float[24], 2, 12), "y", Tensor.of(new long[]{0, 1}, 2)));
    assertThat(train(small(), data).metrics().values()).allMatch(Double::isFinite);
  }
}

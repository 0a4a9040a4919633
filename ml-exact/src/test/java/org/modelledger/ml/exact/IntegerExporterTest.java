package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class IntegerExporterTest {

  private static TrainedModel train(ClassifierSpec<?> spec, Dataset data)
      throws InterruptedException {
    try (Trainer trainer = ExactTrainerProvider.open(1, InstantSource.fixed(Instant.EPOCH))) {
      return trainer.train(spec.toTrainingSpec(), data, TrainingListener.NONE);
    }
  }

  /** The hidden widths; none is a softmax regression. */
  @ParameterizedTest
  @ValueSource(strings = {"", "16", "128", "128,64"})
  void digitsLoseHalfAPointAtMost(String hidden, TestReporter reporter)
      throws IOException, InterruptedException {
    TrainingSpec.Builder spec = TrainingSpec
        .builder(hidden.isEmpty() ? "softmax-regression" : "mlp")
        .features("pixels")
        .target("digit")
        .seed(42)
        .parameter("epochs", 40)
        .parameter("learningRate", 0.005)
        .parameter("inputScale", 1.0 / 16);
    if (!hidden.isEmpty()) {
      spec.parameter("hidden", hidden);
    }
    Digits heldOut = Digits.read(true);
    TrainedModel trained;
    try (Trainer trainer = ExactTrainerProvider.open(1, InstantSource.system())) {
      trained = trainer.train(spec.build(), Digits.read(false).dataset(), TrainingListener.NONE);
    }

    IntegerExport export = IntegerExporter.export(trained, Digits.read(false).dataset(),
        heldOut.dataset());

    reporter.publishEntry("64-" + hidden + "-10", export.floatAccuracy() + " in float, "
        + export.integerAccuracy() + " in whole numbers, agreement " + export.agreement());
    reporter.publishEntry("64-" + hidden + "-10, greatest difference of probabilities",
        Double.toString(export.loss().greatestDifference()));
    assertThat(export.loss().greatestDifference()).isBetween(1e-6, 0.1);
    assertThat(export.agreement()).isGreaterThan(0.995);
    assertThat(export.loss().byFloat().auc()).as("of ten classes").isEmpty();
    assertThat(export.measure(trained, heldOut.dataset())).isEqualTo(export.loss());
    assertThat(export.lossInPoints()).isLessThanOrEqualTo(0.5);
    assertThat(export.floatAccuracy()).isGreaterThan(0.9);
    assertThat(export.rows()).isEqualTo(heldOut.rows());
    assertThat(export.model().metrics()).containsEntry("integer.accuracy", export.integerAccuracy())
        .containsEntry("float.accuracy", export.floatAccuracy())
        .containsEntry("agreement", export.agreement())
        .containsEntry("scores.unit", export.unit())
        .containsEntry("greatestDifference", export.loss().greatestDifference());
    // whole numbers from 0 to 16 are bytes as they are
    assertThat(export.network().scales()).containsExactly(new ByteScale(0, 1));
    try (InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
        LoadedModel model = engine.load(export.model().files())) {
      assertThat(model.determinism()).isEqualTo(Determinism.BIT_EXACT);
      Tensors outputs = model
          .run(Tensors.of("pixels", Tensor.of(heldOut.flat(), heldOut.rows(), 64)));
      long[] labels = outputs.get("label").toLongs();
      int right = 0;
      for (int r = 0; r < labels.length; r++) {
        right += labels[r] == heldOut.labels().get(r) ? 1 : 0;
      }
      assertThat((double) right / labels.length).isEqualTo(export.integerAccuracy());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void numbersOfAnyRangeAreCutIntoSteps(boolean float64) throws InterruptedException {
    Dataset data = Golden.clusters(600, 12, 4, 3, float64);
    MlpSpec spec = new MlpSpec("x", "y").hidden(24, 16).epochs(30).standardize().inputScale(0.5);
    TrainedModel trained = train(float64 ? spec.float64() : spec.float32(), data);

    IntegerExport export = IntegerExporter.export(trained, data, data);

    assertThat(export.network().scales()).hasSize(12);
    assertThat(export.agreement()).isGreaterThan(0.97);
    assertThat(export.floatAccuracy()).isEqualTo(trained.metrics().get("train.accuracy"));
  }

  /** Where this changes, exported networks come out with other bytes: say so in the changelog. */
  @Test
  void theSameClassifierIsTheSameBytes() throws InterruptedException {
    Dataset data = Golden.clusters(150, 9, 3, 1, false);
    IntegerExport export = IntegerExporter.export(
        train(new MlpSpec("x", "y").hidden(7, 13).epochs(2).standardize(), data), data, data);

    assertThat(Digest.sha256(export.network().bytes()).hex()).isEqualTo(
        "08d8fdfa4327beadb506b1a7ba89133066d6153326278657e2350608ad59f053");
  }

  @Test
  void theLineageSaysWhatItWasMadeFrom() throws InterruptedException {
    Dataset data = Golden.clusters(60, 5, 3, 1, false);
    TrainedModel trained = train(new SoftmaxSpec("x", "y").epochs(2), data);

    IntegerExport export = IntegerExporter.export(trained, data,
        Golden.clusters(9, 5, 3, 2, false));

    assertThat(export.model().facts().parents()).containsExactly(
        Digest.sha256(Digest.sha256(trained.files().read("model.onnx")).bytes()));
    assertThat(export.model().facts().data()).containsAll(data.sources())
        .hasSizeGreaterThan(data.sources().size());
    assertThat(export.model().facts().spec()).isEqualTo(trained.facts().spec());
  }

  @Test
  void aLayerWithoutWeightsIsNoTrouble() throws InterruptedException {
    // all rows and all labels are the same: nothing is learned but the biases
    Dataset data = Dataset.of("flat", Tensors.of("x", Tensor.of(new float[12], 4, 3), "y",
        Tensor.of(new long[4], 4)));
    TrainedModel trained = train(new SoftmaxSpec("x", "y").classes(2).epochs(1), data);

    assertThat(IntegerExporter.export(trained, data, data).integerAccuracy()).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoSuchClassifier() throws InterruptedException {
    Dataset data = Golden.clusters(60, 5, 3, 1, false);
    TrainedModel tanh = train(new MlpSpec("x", "y").hidden(4).tanh().epochs(1), data);
    assertThatThrownBy(() -> IntegerExporter.export(tanh, data, data))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("Tanh between its layers");

    TrainedModel trained = train(new SoftmaxSpec("x", "y").epochs(1), data);
    assertThatThrownBy(() -> IntegerExporter.export(
        with(trained, ModelFiles.of(Map.of("a.txt", new byte[1]))), data, data))
        .hasMessage("the model has the files [a.txt]; expected model.onnx");
    byte[] foreign = OnnxWriter.write(new OnnxModelBuilder("g").opset("", 17)
        .producer("somebody", "1")
        .input(OnnxValue.of("x", OnnxDataType.FLOAT, OnnxDimension.of(1)))
        .output(OnnxValue.of("y", OnnxDataType.FLOAT, OnnxDimension.of(1)))
        .node(OnnxNode.of("Relu", List.of("x"), List.of("y")))
        .build());
    assertThatThrownBy(() -> IntegerExporter
        .export(with(trained, ModelFiles.of(Map.of("model.onnx", foreign))), data, data))
        .hasMessage("the graph was produced by 'somebody'; expected 'modelledger-ml-exact'");
    assertThatThrownBy(
        () -> IntegerExporter.export(trained, Golden.clusters(9, 6, 3, 1, false), data))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("the calibration data: column 'x' has rows of 6 numbers");
  }

  private static TrainedModel with(TrainedModel model, ModelFiles files) {
    return new TrainedModel(files, model.metrics(), model.facts());
  }

  @Test
  void anEngineTakesANetworkOrAGraphButNotBoth() throws InterruptedException {
    Dataset data = Golden.clusters(60, 5, 3, 1, false);
    TrainedModel trained = train(new SoftmaxSpec("x", "y").epochs(1), data);
    IntegerNetwork network = IntegerExporter.export(trained, data, data).network();
    try (
        InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty())) {
      ModelFiles both = ModelFiles.of(Map.of("model.onnx", trained.files().read("model.onnx"),
          "network.int8/0000", network.bytes()));
      assertThatThrownBy(() -> engine.load(both)).isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("exactly one *.onnx, or the parts of one integer network");
    }
  }

  @Test
  void bytesGoInWhereNothingSaysWhatTheyStandFor() throws InterruptedException {
    IntegerNetwork network = IntegerNetwork.of("x", List.of(),
        List.of(IntegerLayer.last(new byte[][]{{1, 2}, {2, 1}}, new int[2])));
    try (InferenceEngine engine = new ExactInferenceEngineProvider().open(ProviderOptions.empty());
        LoadedModel model = engine.load(network.files())) {
      Tensors outputs = model
          .run(Tensors.of("x", Tensor.wrap(DataType.UINT8, Shape.of(2, 2),
              ByteBuffer.wrap(new byte[]{(byte) 200, 1, 3, 3}))));
      assertThat(outputs.get("scores").toInts()).containsExactly(202, 401, 9, 9);
      assertThat(outputs.get("label").toLongs()).as("the first of equals").containsExactly(1, 0);
    }
  }
}
